// Writes deequ-kll.json: KLL sketches as Deequ itself builds them, with its ranks of a few values.
// Run as deequ-distance.java, with the same class path:
//   java -cp "$(cat /tmp/classpath)" deequ-kll.java > deequ-kll.json
//
// A value is index * step % modulus, so a reader can make the same values and count true ranks.
import com.amazon.deequ.analyzers.QuantileNonSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

class DeequKll {
  public static void main(String[] arguments) {
    List<String> cases = new ArrayList<>();
    cases.add(sketched("not compacted", 2048, 1500, 7919, 100_003, 1));
    cases.add(sketched("as Model Monitor", 2048, 23_432, 7919, 23_432, 1));
    cases.add(sketched("sorted", 256, 30_000, 1, 30_000, 1));
    cases.add(sketched("scattered", 128, 60_000, 48_271, 2_147_483_647, 1));
    cases.add(sketched("few values", 128, 40_000, 31, 97, 1));
    cases.add(sketched("merged from 16 parts", 128, 48_000, 48_271, 2_147_483_647, 16));
    System.out.println("{\"versions\": {\"deequ\": \"2.0.7-spark-3.5\", \"java\": \""
        + System.getProperty("java.version") + "\"},");
    System.out.println("\"cases\": [\n" + String.join(",\n", cases) + "\n]}");
  }

  private static String sketched(
      String name, int k, int count, long step, long modulus, int parts) {
    QuantileNonSample<Object> whole = empty(k);
    for (int part = 0; part < parts; part++) {
      QuantileNonSample<Object> sketch = empty(k);
      for (long i = (long) part * count / parts; i < (long) (part + 1) * count / parts; i++) {
        sketch.update((double) (i * step % modulus));
      }
      whole = part == 0 ? sketch : whole.merge(sketch);
    }
    List<String> ranks = new ArrayList<>();
    for (int tenth = 0; tenth <= 10; tenth++) {
      double value = Math.floor(modulus * tenth / 10.0);
      ranks.add("{\"value\": " + number(value) + ", \"inclusive\": " + whole.getRank(value)
          + ", \"exclusive\": " + whole.getRankExclusive(value) + "}");
    }
    List<String> levels = new ArrayList<>();
    for (Object level : whole.getCompactorItems()) {
      double[] items = (double[]) level;
      levels.add(
          Arrays.stream(items).mapToObj(DeequKll::number).collect(Collectors.joining(",", "[", "]")));
    }
    return "{\"name\": \"" + name + "\", \"k\": " + k + ", \"c\": 0.64, \"count\": " + count
        + ", \"step\": " + step + ", \"modulus\": " + modulus
        + ",\n \"ranks\": [" + String.join(",\n  ", ranks) + "],\n \"levels\": ["
        + String.join(",\n  ", levels) + "]}";
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static QuantileNonSample<Object> empty(int k) {
    return new QuantileNonSample<>(k, 0.64, (scala.math.Ordering) scala.math.Ordering.Double$.MODULE$,
        (scala.reflect.ClassTag) scala.reflect.ClassTag$.MODULE$.Double());
  }

  private static String number(double value) {
    if (Double.isNaN(value)) throw new IllegalStateException("NaN has no rank");
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
