package dev.weir.host;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.channel.Events;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.LoadedChannel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Verdict;
import java.time.Duration;
import java.util.List;

/**
 * What the other side sends. Nothing is done here but judging the exact bytes, storing what they
 * say and answering: work begins after the acknowledgement, from the queue. Thread-safe.
 *
 * <p>A redelivered event is acknowledged and has no effect. Where it is not certain that an event
 * is durable the answer is 503, and the other side sends again.
 */
public final class Webhook
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  /** The most events of one request. */
  public static final int EVENTS_MAX = 100;

  private static final System.Logger LOG = System.getLogger(Webhook.class.getName());

  private final LoadedChannel channel;
  private final Arrivals arrivals;

  public Webhook(Ports ports, LoadedChannel channel) {
    this.channel = channel;
    this.arrivals = new Arrivals(ports, channel.channelId());
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    long startNanos = System.nanoTime();
    RawResponse response = answer(event);
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
    int ackMs = channel.manifest().inboundAckMs().orElse(Integer.MAX_VALUE);
    if (took.toMillis() > ackMs) {
      LOG.log(
          System.Logger.Level.WARNING,
          "acknowledged after {0} ms > {1} ms (channel {2})",
          took.toMillis(),
          ackMs,
          channel.channelId());
    }
    return HttpEvents.response(response);
  }

  private RawResponse answer(APIGatewayV2HTTPEvent event) {
    try {
      Inbound inbound =
          channel
              .inbound()
              .orElseThrow(
                  () -> new ProblemException(Problem.notFound("this channel takes no events")));
      RawRequest request = HttpEvents.request(event, channel.channelId());
      return switch (inbound.verify(request)) {
        case Verdict.Challenge challenge -> challenge.response();
        case Verdict.Untrusted untrusted -> refuse(untrusted.reason());
        case Verdict.Trusted trusted when trusted.request() != request ->
            refuse("the plugin trusts another request than the one it was asked about");
        case Verdict.Trusted trusted -> take(inbound, trusted);
      };
    } catch (ProblemException e) {
      return HttpEvents.problem(e.problem());
    } catch (ChannelException e) {
      return Failures.response(e, channel.channelId());
    } catch (PortException e) {
      LOG.log(System.Logger.Level.ERROR, "event is not stored (" + channel.channelId() + ")", e);
      return HttpEvents.problem(Problem.unavailable("the event could not be stored", 5));
    }
  }

  private RawResponse take(Inbound inbound, Verdict.Trusted trusted) {
    List<InboundEvent> events = inbound.parse(trusted);
    if (events.size() > EVENTS_MAX) {
      throw new ChannelException(
          ErrorCode.INTERNAL, "events of one request " + events.size() + " > " + EVENTS_MAX);
    }
    for (InboundEvent event : events) {
      Events.Stored stored = arrivals.store(event);
      if (stored == Events.Stored.REPEATED) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "redelivered {0} (channel {1})",
            event.dedupeKey(),
            channel.channelId());
      }
    }
    return inbound.acknowledge(trusted);
  }

  /** The reason is for our log; a sender who is not believed learns nothing from us. */
  private RawResponse refuse(String reason) {
    LOG.log(
        System.Logger.Level.WARNING, "untrusted: {0} (channel {1})", reason, channel.channelId());
    return HttpEvents.problem(Problem.unauthorized("the signature does not hold"));
  }
}
