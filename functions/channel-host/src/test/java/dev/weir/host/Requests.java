package dev.weir.host;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Events as API Gateway and SQS make them. */
final class Requests {

  private Requests() {}

  static APIGatewayV2HTTPEvent http(
      String method, String path, String query, Map<String, String> headers, byte[] body) {
    APIGatewayV2HTTPEvent event = http(method, path, query, headers);
    event.setBody(Base64.getEncoder().encodeToString(body));
    event.setIsBase64Encoded(true);
    return event;
  }

  static APIGatewayV2HTTPEvent http(
      String method, String path, String query, Map<String, String> headers) {
    return APIGatewayV2HTTPEvent.builder()
        .withRawPath("/channels/" + Probe.ID + path)
        .withRawQueryString(query)
        .withHeaders(headers)
        .withRequestContext(
            APIGatewayV2HTTPEvent.RequestContext.builder()
                .withDomainName("weir.example")
                .withHttp(
                    APIGatewayV2HTTPEvent.RequestContext.Http.builder().withMethod(method).build())
                .build())
        .build();
  }

  static APIGatewayV2HTTPEvent with(APIGatewayV2HTTPEvent event, String cookie) {
    event.setCookies(List.of("theme=dark", cookie));
    return event;
  }

  static byte[] body(APIGatewayV2HTTPResponse response) {
    return Base64.getDecoder().decode(response.getBody());
  }

  static String text(APIGatewayV2HTTPResponse response) {
    return new String(body(response), StandardCharsets.UTF_8);
  }

  /** The cookie that a browser would send back. */
  static String cookie(APIGatewayV2HTTPResponse response) {
    return response.getCookies().getFirst().split(";", 2)[0];
  }

  /** A batch of messages (group, body), each received so often. */
  static SQSEvent queue(int receives, String... groupsAndBodies) {
    List<SQSEvent.SQSMessage> messages = new ArrayList<>();
    for (int i = 0; i < groupsAndBodies.length; i += 2) {
      SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
      message.setMessageId("m" + i / 2);
      message.setReceiptHandle("m" + i / 2 + ":" + receives);
      message.setBody(groupsAndBodies[i + 1]);
      message.setAttributes(
          Map.of(
              "MessageGroupId",
              groupsAndBodies[i],
              "ApproximateReceiveCount",
              Integer.toString(receives)));
      messages.add(message);
    }
    SQSEvent event = new SQSEvent();
    event.setRecords(messages);
    return event;
  }
}
