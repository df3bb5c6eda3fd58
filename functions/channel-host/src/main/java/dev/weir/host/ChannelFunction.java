package dev.weir.host;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import dev.weir.loader.LoadedChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The one function of a channel: tells a request of the HTTP API from messages of its two queues
 * and hands each to its handler. Loaded, verified and opened at start, so that a snapshot of the
 * process holds an open channel.
 */
public final class ChannelFunction implements RequestStreamHandler {

  private static final ClassLoader CLASSES = ChannelFunction.class.getClassLoader();
  private static final PojoSerializer<APIGatewayV2HTTPEvent> HTTP =
      LambdaEventSerializers.serializerFor(APIGatewayV2HTTPEvent.class, CLASSES);
  private static final PojoSerializer<SQSEvent> QUEUE =
      LambdaEventSerializers.serializerFor(SQSEvent.class, CLASSES);
  private static final PojoSerializer<APIGatewayV2HTTPResponse> ANSWER =
      JacksonFactory.getInstance().getSerializer(APIGatewayV2HTTPResponse.class);
  private static final PojoSerializer<SQSBatchResponse> FAILURES =
      JacksonFactory.getInstance().getSerializer(SQSBatchResponse.class);

  private final String channelId;
  private final Webhook webhook;
  private final Onboard onboard;
  private final Deliver deliver;
  private final Report report;

  /** For Lambda: everything from the environment. */
  public ChannelFunction() {
    this(Wiring.ports());
  }

  private ChannelFunction(Ports ports) {
    this(ports, Wiring.channel(ports, System.getenv(), Wiring.PLUGINS));
  }

  public ChannelFunction(Ports ports, LoadedChannel channel) {
    this.channelId = channel.channelId();
    this.webhook = new Webhook(ports, channel);
    this.onboard = new Onboard(ports, channel);
    this.deliver = new Deliver(ports, channel);
    this.report = new Report(ports, channel);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    byte[] event = input.readAllBytes();
    SQSEvent messages = QUEUE.fromJson(new ByteArrayInputStream(event));
    if (messages.getRecords() != null && !messages.getRecords().isEmpty()) {
      FAILURES.toJson(queue(messages, context), output);
      return;
    }
    APIGatewayV2HTTPEvent request = HTTP.fromJson(new ByteArrayInputStream(event));
    if (request.getRequestContext() == null) {
      throw new IllegalArgumentException("neither a request nor messages of a queue");
    }
    ANSWER.toJson(http(request, context), output);
  }

  private APIGatewayV2HTTPResponse http(APIGatewayV2HTTPEvent request, Context context) {
    String path = request.getRawPath() == null ? "" : request.getRawPath();
    return path.startsWith("/channels/" + channelId + "/onboard")
        ? onboard.handleRequest(request, context)
        : webhook.handleRequest(request, context);
  }

  private SQSBatchResponse queue(SQSEvent messages, Context context) {
    String arn = messages.getRecords().getFirst().getEventSourceArn();
    String name = arn.endsWith(".fifo") ? arn.substring(0, arn.length() - 5) : arn;
    if (name.endsWith(Queues.deliver(channelId))) {
      return deliver.handleRequest(messages, context);
    }
    if (name.endsWith(Queues.report(channelId))) {
      return report.handleRequest(messages, context);
    }
    throw new IllegalArgumentException("queue " + arn + " is not of channel " + channelId);
  }
}
