package dev.weir.tck.sim;

import dev.weir.spi.Channel;
import dev.weir.spi.ChannelException;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Step;
import dev.weir.spi.Verdict;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The smallest host that lets a plugin talk with its simulator over real HTTP: {@code /events} is
 * verified, parsed, kept once per dedupe key and acknowledged; {@code /onboard} and {@code
 * /callback} run an onboarding. It is a test's stand-in, with no durability.
 */
public final class SimHost implements AutoCloseable {

  private final Simulator server;
  private final AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
  private final Map<String, InboundEvent> events = new LinkedHashMap<>();
  private final Map<String, Onboarding.Progress> open = new LinkedHashMap<>();
  private final List<String> untrusted = new CopyOnWriteArrayList<>();
  private final List<Step> steps = new CopyOnWriteArrayList<>();
  private final AtomicInteger received = new AtomicInteger();
  private volatile Consumer<Step.Bound> bound = b -> {};

  /** Listens; the channel follows, because its settings may need to know where. */
  public SimHost(Path data) {
    server = Simulator.open(0, data);
    server
        .route("*", "/events", this::webhook)
        .route("GET", "/onboard", r -> begin())
        .route("GET", "/callback", this::resume);
    server.start();
  }

  /** Serves this channel from now on. */
  public void serve(Channel of, Consumer<Step.Bound> onBound) {
    channel.set(of);
    bound = onBound;
  }

  public URI url(String path) {
    return server.base().resolve(path);
  }

  /** The events that were kept, each dedupe key once, oldest first. */
  public List<InboundEvent> events() {
    synchronized (events) {
      return List.copyOf(events.values());
    }
  }

  /** The events of one type. */
  public <E extends InboundEvent> List<E> events(Class<E> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** How many requests came, also those that were not new or not trusted. */
  public int received() {
    return received.get();
  }

  /** Why requests were not trusted. */
  public List<String> untrusted() {
    return untrusted;
  }

  /** What each {@code resume} answered. */
  public List<Step> steps() {
    return steps;
  }

  private Channel channel() {
    Channel now = channel.get();
    if (now == null) {
      throw new SimRefusal(503, "no channel is served yet");
    }
    return now;
  }

  private SimResponse webhook(SimRequest request) {
    received.incrementAndGet();
    var inbound = channel().inbound().orElseThrow(() -> new SimRefusal(404, "no inbound"));
    return switch (inbound.verify(raw(request))) {
      case Verdict.Challenge challenge -> answer(challenge.response());
      case Verdict.Untrusted u -> {
        untrusted.add(u.reason());
        yield SimResponse.empty(401);
      }
      case Verdict.Trusted trusted -> {
        try {
          for (InboundEvent event : inbound.parse(trusted)) {
            synchronized (events) {
              events.putIfAbsent(event.dedupeKey(), event);
            }
          }
          yield answer(inbound.acknowledge(trusted));
        } catch (ChannelException e) {
          yield SimResponse.json(400, Map.of("error", String.valueOf(e.getMessage())));
        }
      }
    };
  }

  private Onboarding onboarding() {
    return channel().onboarding().orElseThrow(() -> new SimRefusal(404, "no onboarding"));
  }

  private SimResponse begin() {
    String state = "state-" + (open.size() + 1);
    String callback = url("/callback").toString();
    Step step =
        onboarding().begin(new Onboarding.Applicant(state, callback, Optional.empty(), Map.of()));
    if (step instanceof Step.Redirect redirect) {
      open.put(state, new Onboarding.Progress(state, callback, redirect.data()));
      return SimResponse.redirect(redirect.location());
    }
    return SimResponse.json(202, Map.of("step", step.toString()));
  }

  private SimResponse resume(SimRequest request) {
    Onboarding.Progress progress = open.get(request.query().getOrDefault("state", ""));
    if (progress == null) {
      return SimResponse.json(404, Map.of("error", "unknown state"));
    }
    Step step = onboarding().resume(progress, raw(request));
    steps.add(step);
    if (step instanceof Step.Bound done) {
      bound.accept(done);
      return SimResponse.json(Map.of("binding", done.binding().id()));
    }
    return SimResponse.json(403, Map.of("step", step.toString()));
  }

  private static RawRequest raw(SimRequest request) {
    return new RawRequest(
        request.method(), request.path(), request.rawQuery(), request.headers(), request.body());
  }

  private static SimResponse answer(RawResponse response) {
    return new SimResponse(response.status(), response.headers(), response.body());
  }

  @Override
  public void close() {
    server.close();
  }
}
