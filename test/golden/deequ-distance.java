// Writes deequ-distance.json: distances and sketch buckets as Deequ itself computes them.
// Run, with Java 17 and Maven, in this folder:
//   mvn -q -f deequ-distance.pom.xml dependency:build-classpath -Dmdep.outputFile=/tmp/classpath
//   java -cp "$(cat /tmp/classpath)" deequ-distance.java > deequ-distance.json
//
// Deequ's argument correctForLowNumberOfSamples means the opposite of its name: with true the plain
// distance or the statistic is returned, with false the corrected distance or the p-value.
import com.amazon.deequ.analyzers.Distance;
import com.amazon.deequ.analyzers.KLLSketch;
import com.amazon.deequ.analyzers.KLLState;
import com.amazon.deequ.analyzers.QuantileNonSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import scala.Option;
import scala.collection.JavaConverters;

class DeequDistance {
  private static final Random RANDOM = new Random(20260115);

  public static void main(String[] arguments) {
    List<String> numerical = new ArrayList<>();
    numerical.add(numerical("equal", values(10, i -> i), values(10, i -> i), 2048));
    numerical.add(numerical("disjoint", values(10, i -> i), values(10, i -> i + 50), 2048));
    numerical.add(numerical("one value each", values(7, i -> 1), values(5, i -> 1), 2048));
    numerical.add(numerical("two values", values(9, i -> i % 2), values(11, i -> i % 3 % 2), 2048));
    numerical.add(numerical("duplicates", values(300, i -> RANDOM.nextInt(6)),
        values(200, i -> RANDOM.nextInt(5)), 2048));
    numerical.add(numerical("shifted", values(400, i -> gaussian(0)), values(300, i -> gaussian(0.7)), 2048));
    numerical.add(numerical("small window", values(500, i -> gaussian(0)), values(20, i -> gaussian(0)), 2048));
    numerical.add(numerical("single row", values(500, i -> gaussian(0)), values(1, i -> 0.25), 2048));
    numerical.add(numerical("negative", values(64, i -> -i), values(64, i -> i - 70), 2048));
    numerical.add(numerical("compacted", values(4000, i -> gaussian(0)), values(3000, i -> gaussian(0.3)), 64));
    numerical.add(numerical("compacted, duplicates", values(5000, i -> RANDOM.nextInt(40)),
        values(900, i -> RANDOM.nextInt(44)), 64));
    numerical.add(numerical("sorted", values(2500, i -> i * 0.5), values(2500, i -> i * 0.55), 32));
    numerical.add(numerical("as Model Monitor", values(12000, i -> RANDOM.nextInt(900)),
        values(700, i -> RANDOM.nextInt(950)), 2048));

    List<String> categorical = new ArrayList<>();
    categorical.add(categorical("equal", counts(5, 3, 2), counts(5, 3, 2)));
    categorical.add(categorical("shifted", counts(500, 300, 150, 50, 1), counts(380, 330, 180, 80, 30)));
    categorical.add(categorical("new category", counts(40, 61), counts(30, 50, 25)));
    categorical.add(categorical("category gone", counts(40, 60, 33), counts(30, 0, 50)));
    categorical.add(categorical("collapsed to one", counts(40, 60, 33), counts(90)));
    categorical.add(categorical("two categories, enough", counts(40, 60), counts(12, 20)));
    categorical.add(categorical("two categories, too few", counts(4, 60), counts(2, 20)));
    categorical.add(categorical("one category", counts(64), counts(22)));
    categorical.add(categorical("two categories and a new one", counts(70, 30), counts(50, 40, 60)));
    categorical.add(categorical("small ones merged", counts(100, 80, 60, 3, 2, 1), counts(40, 35, 20, 2, 4, 1)));
    categorical.add(categorical("merged to two", counts(900, 400, 7, 6, 5), counts(40, 30, 2, 3, 1)));
    categorical.add(categorical("merged to nothing", counts(9, 8, 7, 5), counts(3, 2, 1)));
    categorical.add(categorical("no shared category", counts(9, 8), new long[] {0, 0, 30, 20}));
    categorical.add(categorical("far tail", counts(5000, 3000, 2000), counts(2000, 3000, 5001)));
    categorical.add(categorical("large", many(60, 4000), many(60, 900)));
    categorical.add(categorical("long tail", tail(80), tail(77)));

    System.out.println("{\"versions\": {\"deequ\": \"2.0.7-spark-3.5\", \"java\": \""
        + System.getProperty("java.version") + "\"},");
    System.out.println("\"numerical\": [\n" + String.join(",\n", numerical) + "\n],");
    System.out.println("\"categorical\": [\n" + String.join(",\n", categorical) + "\n]}");
  }

  private static double gaussian(double mean) {
    return Math.round((RANDOM.nextGaussian() + mean) * 1000) / 1000.0;
  }

  private static double[] values(int count, IntToDoubleFunction value) {
    return IntStream.range(0, count).mapToDouble(value).toArray();
  }

  private static long[] counts(long... counts) {
    return counts;
  }

  /** No two alike, since Deequ merges equal ones in the order of its hash table. */
  private static long[] many(int count, int scale) {
    List<Long> distinct = new ArrayList<>();
    for (long i = 0; i < count; i++) distinct.add(scale + 7 * i);
    Collections.shuffle(distinct, RANDOM);
    return distinct.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] tail(int count) {
    return IntStream.range(0, count).mapToLong(i -> 4000 / (i + 1) + (count - i)).toArray();
  }

  private static String numerical(String name, double[] baseline, double[] current, int k) {
    QuantileNonSample<Object> first = sketch(baseline, k);
    QuantileNonSample<Object> second = sketch(current, k);
    return "{\"name\": \"" + name + "\", \"k\": " + k
        + ",\n \"baseline\": " + describe(first, baseline)
        + ",\n \"current\": " + describe(second, current)
        + ",\n \"simple\": " + number(Distance.numericalDistance(first, second, true, Option.empty()))
        + ", \"robust\": " + number(Distance.numericalDistance(first, second, false, Option.empty())) + "}";
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static QuantileNonSample<Object> sketch(double[] values, int k) {
    QuantileNonSample<Object> sketch =
        new QuantileNonSample<>(k, 0.64, (scala.math.Ordering) scala.math.Ordering.Double$.MODULE$,
            (scala.reflect.ClassTag) scala.reflect.ClassTag$.MODULE$.Double());
    for (double value : values) sketch.update(value);
    return sketch;
  }

  private static String describe(QuantileNonSample<Object> sketch, double[] values) {
    double minimum = Arrays.stream(values).min().getAsDouble();
    double maximum = Arrays.stream(values).max().getAsDouble();
    KLLSketch analyzer = new KLLSketch("x", Option.empty());
    analyzer.numberOfBuckets_$eq(10);
    var metric = analyzer.computeMetricFrom(Option.apply(new KLLState(sketch, maximum, minimum)));
    var buckets = JavaConverters.seqAsJavaList(metric.value().get().buckets());
    String counts = buckets.stream().map(b -> String.valueOf(b.count())).collect(Collectors.joining(", "));
    List<String> levels = new ArrayList<>();
    for (Object level : sketch.getCompactorItems()) {
      double[] items = (double[]) level;
      levels.add(Arrays.stream(items).mapToObj(DeequDistance::number).collect(Collectors.joining(",", "[", "]")));
    }
    return "{\"minimum\": " + number(minimum) + ", \"maximum\": " + number(maximum)
        + ", \"count\": " + values.length + ", \"bucketCounts\": [" + counts + "],\n  \"levels\": ["
        + String.join(",", levels) + "]}";
  }

  /** Categories are named by their place; a count of 0 is a category that was not seen. */
  private static String categorical(String name, long[] baseline, long[] current) {
    Map<String, Object> expected = seen(baseline);
    Map<String, Object> observed = seen(current);
    var infinity = new Distance.LInfinityMethod(Option.empty());
    var squared = new Distance.ChisquareMethod(5, 0.2, 10);
    return "{\"name\": \"" + name + "\", \"baseline\": " + expected.toString().replaceAll("(\\w+)=", "\"$1\": ")
        + ",\n \"current\": " + observed.toString().replaceAll("(\\w+)=", "\"$1\": ")
        + ",\n \"simple\": " + number(distance(observed, expected, true, infinity))
        + ", \"robust\": " + number(distance(observed, expected, false, infinity))
        + ", \"statistic\": " + number(distance(observed, expected, true, squared))
        + ", \"pValue\": " + number(distance(observed, expected, false, squared)) + "}";
  }

  private static Map<String, Object> seen(long[] counts) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) if (counts[i] > 0) map.put("c" + i, counts[i]);
    return map;
  }

  private static double distance(
      Map<String, Object> observed, Map<String, Object> expected, boolean plain,
      Distance.CategoricalDistanceMethod method) {
    try {
      return Distance.categoricalDistance(mutable(observed), mutable(expected), plain, method);
    } catch (RuntimeException refused) {
      return Double.NaN;
    }
  }

  private static scala.collection.mutable.Map<String, Object> mutable(Map<String, Object> map) {
    return JavaConverters.mapAsScalaMap(new LinkedHashMap<>(map));
  }

  /** null is what Deequ could not measure: a NaN or a refusal. */
  private static String number(double value) {
    return Double.isNaN(value) ? "null" : Double.toString(value).replaceAll("\\.0$", "");
  }
}
