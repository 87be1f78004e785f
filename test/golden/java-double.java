// Writes java-double.json: what Double.toString of this JVM prints for doubles of many kinds.
// Run: java test/golden/java-double.java > test/golden/java-double.json (Java 8 to 18)
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

class JavaDouble {
  public static void main(String[] arguments) {
    Random random = new Random(20260115);
    List<Double> values = new ArrayList<>();
    for (double value :
        new double[] {
          0.0, -0.0, 1, -1, 24, 0.1, 1.2, 100, 0.001, 0.00099999, 9999999, 1e7, 1.44e10,
          1.4402689218907343E10, 2048, 0.64, 1e23, 2e23, 9.999999999999999e22, 1e21, 1e22,
          123456789012345680.0, 9007199254740993.0, 9223372036854775807.0, 4.35, 1 / 3.0, 2 / 3.0,
          Math.PI, Double.MAX_VALUE, Double.MIN_VALUE, Double.MIN_NORMAL, 2.9802322387695312E-8,
          Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        }) {
      values.add(value);
    }
    for (int i = 0; i < 250; i++) {
      values.add(random.nextDouble());
      values.add(random.nextGaussian() * Math.pow(10, random.nextInt(24) - 12));
      values.add(Math.round(random.nextDouble() * 1e6) / 1e3);
      values.add((double) (random.nextLong() >> random.nextInt(60)));
      values.add((random.nextInt(9) + 1) * Math.pow(10, random.nextInt(40) - 20));
      values.add(Math.scalb(1.0, random.nextInt(2000) - 1000));
      values.add(Math.round(random.nextDouble() * 1000) / 1e7);
      values.add(Double.longBitsToDouble(random.nextLong() & 0xBFFF_FFFF_FFFF_FFFFL));
    }
    String cases =
        values.stream()
            .filter(value -> value == 0 || Math.abs(value) >= Double.MIN_VALUE)
            .map(value -> line(value))
            .collect(Collectors.joining(",\n"));
    String version = System.getProperty("java.vm.name") + " " + System.getProperty("java.version");
    System.out.println("{\n\"versions\": {\"java\": \"" + version + "\"},\n\"cases\": [");
    System.out.println(cases + "\n]\n}");
  }

  /** The bits in hexadecimal, so that reading the value cannot hide a fault of the text. */
  private static String line(double value) {
    String bits = String.format("%016x", Double.doubleToRawLongBits(value));
    return "[\"" + bits + "\", \"" + Double.toString(value) + "\"]";
  }
}
