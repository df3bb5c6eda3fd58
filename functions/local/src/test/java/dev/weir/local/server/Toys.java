package dev.weir.local.server;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Small handlers of the real event types. */
final class Toys {

  private Toys() {}

  /** Answers what it was sent; misbehaves on some paths. */
  public static final class Echo
      implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
    final List<APIGatewayV2HTTPEvent> seen = new CopyOnWriteArrayList<>();

    @Override
    public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
      seen.add(event);
      return switch (event.getRawPath()) {
        case "/v1/throws" -> throw new IllegalStateException("a defect");
        case "/v1/slow" -> {
          try {
            Thread.sleep(10_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          yield answer(200, "late", false);
        }
        case "/v1/bytes" ->
            answer(200, Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xff, 1}), true);
        case "/v1/none" -> answer(204, "", false);
        default -> answer(201, event.getBody() == null ? "" : event.getBody(), false);
      };
    }

    private static APIGatewayV2HTTPResponse answer(int status, String body, boolean base64) {
      return APIGatewayV2HTTPResponse.builder()
          .withStatusCode(status)
          .withHeaders(Map.of("Content-Type", "text/plain; charset=utf-8", "x-weir", "yes"))
          .withCookies(List.of("a=1", "b=2"))
          .withBody(body)
          .withIsBase64Encoded(base64)
          .build();
    }
  }

  /** Fails the messages whose body says so. */
  public static final class Consumer implements RequestHandler<SQSEvent, SQSBatchResponse> {
    final List<SQSEvent.SQSMessage> seen = new CopyOnWriteArrayList<>();
    private final java.util.function.Consumer<String> onFailure;

    public Consumer() {
      this(receipt -> {});
    }

    Consumer(java.util.function.Consumer<String> onFailure) {
      this.onFailure = onFailure;
    }

    @Override
    public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
      List<SQSBatchResponse.BatchItemFailure> failures = new ArrayList<>();
      for (SQSEvent.SQSMessage message : event.getRecords()) {
        seen.add(message);
        switch (message.getBody()) {
          case "fail" -> {
            failures.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
            onFailure.accept(message.getReceiptHandle());
          }
          case "nonsense" -> failures.add(new SQSBatchResponse.BatchItemFailure("who"));
          case "throw" -> throw new IllegalStateException("a defect");
          default -> {}
        }
      }
      return new SQSBatchResponse(failures);
    }
  }

  /** Counts. */
  public static final class Clockwork implements RequestHandler<ScheduledEvent, String> {
    final List<ScheduledEvent> seen = new CopyOnWriteArrayList<>();

    @Override
    public String handleRequest(ScheduledEvent event, Context context) {
      seen.add(event);
      return "ok";
    }
  }

  /** Has no types of its own. */
  public static final class Untyped implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object event, Context context) {
      return event;
    }
  }
}
