// Model Monitor's metrics by Spark's own evaluation classes, on one partition.
//
// mvn -f spark-quality.pom.xml dependency:build-classpath -Dmdep.outputFile=classpath.txt
// java --add-exports java.base/sun.nio.ch=ALL-UNNAMED -cp "$(cat classpath.txt)" spark-quality.java > spark-quality.json
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.evaluation.BinaryClassificationMetrics;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.mllib.evaluation.RegressionMetrics;
import scala.Tuple2;

class SparkQuality {
  static JavaSparkContext spark;

  public static void main(String[] arguments) {
    var conf = new SparkConf().setMaster("local[1]").setAppName("golden").set("spark.ui.enabled", "false");
    conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1");
    spark = new JavaSparkContext(conf);
    spark.setLogLevel("ERROR");
    var binary = List.of(
        binary("distinct scores", 12, 1_000_000, 0.5, false),
        binary("tied scores", 60, 7, 0.3, false),
        binary("one class, as in Model Monitor's documentation", 4, 1_000_000, 2, false),
        binary("no positive row", 4, 1_000_000, -1, false),
        binary("as many scores as are not yet binned", 1_999, 1_000_000_000, 0.4, true),
        binary("binned in pairs", 2_500, 1_000_000_000, 0.4, true),
        binary("binned in fours", 4_321, 1_000_000_000, 0.1, true));
    var multiclass = List.of(
        multiclass("documentation's two classes", new long[][] {{1180, 510}, {268, 138}}),
        multiclass("one class never predicted", new long[][] {{5, 2, 0}, {1, 7, 0}, {2, 2, 0}}));
    System.out.println("{\"versions\": {\"spark\": \"" + spark.version() + "\", \"java\": \""
        + System.getProperty("java.version") + "\"},\n\"binary\": " + binary + ",\n\"multiclass\": "
        + multiclass + ",\n\"regression\": " + List.of(regression(100), regression(1000)) + "}");
    spark.stop();
  }

  static String binary(String name, int rows, int levels, double share, boolean briefly) {
    var random = new Random(rows);
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    for (int row = 0; row < rows; row += 1) {
      double score = random.nextInt(levels) / (double) levels;
      pairs.add(new Tuple2<>(score, random.nextDouble() * (0.5 + score) < share ? 1.0 : 0.0));
    }
    JavaRDD<Tuple2<Object, Object>> rdd = spark.parallelize(pairs, 1);
    var metrics = new BinaryClassificationMetrics(rdd.rdd(), 1000);
    var roc = metrics.roc().toJavaRDD().collect();
    var pr = metrics.pr().toJavaRDD().collect();
    return "{\"name\": \"" + name + "\", \"scores\": " + column(pairs, true) + ", \"labels\": "
        + column(pairs, false) + ", \"areaUnderRoc\": " + metrics.areaUnderROC()
        + ", \"pointCount\": " + roc.size()
        + ", \"roc\": " + curve(roc, briefly) + ", \"precisionRecall\": " + curve(pr, briefly) + "}\n";
  }

  /** Every point of a short curve, every hundredth of a long one. */
  static String curve(List<Tuple2<Object, Object>> points, boolean briefly) {
    List<Tuple2<Object, Object>> kept = new ArrayList<>();
    int step = briefly ? 100 : 1;
    for (int at = 0; at < points.size(); at += step) kept.add(points.get(at));
    return "{\"step\": " + step + ", \"x\": " + column(kept, true) + ", \"y\": " + column(kept, false) + "}";
  }

  static String column(List<Tuple2<Object, Object>> pairs, boolean first) {
    return pairs.stream().map(pair -> String.valueOf(first ? pair._1() : pair._2()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  static String multiclass(String name, long[][] matrix) {
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    for (int actual = 0; actual < matrix.length; actual += 1)
      for (int predicted = 0; predicted < matrix.length; predicted += 1)
        for (long n = 0; n < matrix[actual][predicted]; n += 1)
          pairs.add(new Tuple2<>((double) predicted, (double) actual));
    JavaRDD<Tuple2<Object, Object>> rdd = spark.parallelize(pairs, 1);
    var metrics = new MulticlassMetrics(rdd.rdd());
    return "{\"name\": \"" + name + "\", \"confusion\": " + java.util.Arrays.deepToString(matrix)
        + ", \"accuracy\": " + metrics.accuracy()
        + ", \"weighted_recall\": " + metrics.weightedRecall()
        + ", \"weighted_precision\": " + metrics.weightedPrecision()
        + ", \"weighted_f0_5\": " + metrics.weightedFMeasure(0.5)
        + ", \"weighted_f1\": " + metrics.weightedFMeasure(1)
        + ", \"weighted_f2\": " + metrics.weightedFMeasure(2) + "}\n";
  }

  /** Labels and predictions the wrong way round, as Model Monitor hands them over. */
  static String regression(int rows) {
    var random = new Random(rows);
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    for (int row = 0; row < rows; row += 1) {
      double label = 10 + random.nextGaussian();
      pairs.add(new Tuple2<>(label, label * 0.8 + random.nextGaussian() * 0.3));
    }
    JavaRDD<Tuple2<Object, Object>> rdd = spark.parallelize(pairs, 1);
    var metrics = new RegressionMetrics(rdd.rdd());
    return "{\"labels\": " + column(pairs, true) + ", \"predictions\": " + column(pairs, false)
        + ", \"mae\": " + metrics.meanAbsoluteError() + ", \"mse\": " + metrics.meanSquaredError()
        + ", \"rmse\": " + metrics.rootMeanSquaredError() + ", \"r2\": " + metrics.r2() + "}\n";
  }
}
