package dev.weir.aws;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * A deployment's ports on AWS, from what template.yaml puts into each function's environment:
 * {@code WEIR_TABLE}, {@code WEIR_BUCKET}, {@code WEIR_PREFIX}, {@code WEIR_JOB_QUEUE}, {@code
 * WEIR_JOB_DEFINITION}, {@code WEIR_CLUSTER}. Makes clients and calls nothing.
 */
public final class AwsPorts {

  /** One call's time, all of the client's own retries together; below every function's time. */
  static final Duration CALL_MAX = Duration.ofSeconds(20);

  /** One attempt's time. */
  static final Duration ATTEMPT_MAX = Duration.ofSeconds(6);

  private AwsPorts() {}

  /**
   * The ports of the deployment that the environment names.
   *
   * @throws IllegalStateException naming the variable that is missing
   */
  public static Ports fromEnvironment() {
    return of(
        System.getenv(),
        InstantSource.system(),
        UrlConnectionHttpClient.create(),
        AwsRetryStrategy.standardRetryStrategy());
  }

  /**
   * The ports over one HTTP client.
   *
   * @param retries of all calls but the launch of a job and plain writes to the table, which must
   *     not be sent twice
   */
  static Ports of(
      Map<String, String> environment,
      InstantSource clock,
      SdkHttpClient http,
      RetryStrategy retries) {
    String prefix = require(environment, "WEIR_PREFIX");
    ClientOverrideConfiguration limits =
        ClientOverrideConfiguration.builder()
            .apiCallTimeout(CALL_MAX)
            .apiCallAttemptTimeout(ATTEMPT_MAX)
            .retryStrategy(retries)
            .build();
    ClientOverrideConfiguration once =
        limits.toBuilder().retryStrategy(AwsRetryStrategy.doNotRetry()).build();
    DynamoDbClient dynamo =
        DynamoDbClient.builder().httpClient(http).overrideConfiguration(limits).build();
    DynamoDbClient dynamoOnce =
        DynamoDbClient.builder().httpClient(http).overrideConfiguration(once).build();
    SqsClient sqs = SqsClient.builder().httpClient(http).overrideConfiguration(limits).build();
    SsmClient ssm = SsmClient.builder().httpClient(http).overrideConfiguration(limits).build();
    BatchClient batch = BatchClient.builder().httpClient(http).overrideConfiguration(once).build();
    EcsClient ecs = EcsClient.builder().httpClient(http).overrideConfiguration(limits).build();
    S3Client s3 = // objects may take their time
        S3Client.builder()
            .httpClient(http)
            .overrideConfiguration(o -> o.retryStrategy(retries))
            .build();
    Map<String, Queue> queues = new ConcurrentHashMap<>();
    return new Ports(
        new DynamoTable(dynamo, dynamoOnce, require(environment, "WEIR_TABLE"), clock),
        new S3Blobs(s3, S3Presigner.create(), require(environment, "WEIR_BUCKET")),
        name -> queues.computeIfAbsent(name, n -> new SqsQueue(sqs, prefix, n, clock)),
        new AwsHosts(
            batch,
            new EcsServices(ecs, prefix, environment.getOrDefault("WEIR_CLUSTER", "")),
            environment.getOrDefault("WEIR_JOB_QUEUE", ""),
            environment.getOrDefault("WEIR_JOB_DEFINITION", "")),
        new CachedSecrets(new SsmSecrets(ssm, prefix), clock),
        clock);
  }

  private static String require(Map<String, String> environment, String name) {
    String value = environment.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException("environment variable " + name + " is not set");
    }
    return value;
  }
}
