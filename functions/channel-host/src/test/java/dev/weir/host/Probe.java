package dev.weir.host;

import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.channel.ChannelConfig;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.channel.EventPointer;
import dev.weir.core.channel.Events;
import dev.weir.core.json.Json;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Queues;
import dev.weir.core.port.memory.MemoryPorts;
import dev.weir.core.port.memory.SettableClock;
import dev.weir.loader.CloudCredentials;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.spi.Ack;
import dev.weir.spi.Channel;
import dev.weir.spi.ChannelContext;
import dev.weir.spi.Delivery;
import dev.weir.spi.Health;
import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Measuring;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Receipt;
import dev.weir.spi.Reporting;
import dev.weir.spi.Settlement;
import dev.weir.spi.Step;
import dev.weir.spi.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A channel whose every answer a test decides, in a world of memory; and what it was asked. */
final class Probe
    implements Channel, Inbound, Onboarding, Delivery, Measuring, Reporting, Settlement {

  static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  static final String ID = "probe-1";

  private static final String PROPERTIES =
      """
      id=probe
      kind=social
      api=1.0
      capabilities=onboarding,inbound,delivery,measuring,reporting,settlement
      setting.color=string|optional|blue|of the house
      secret.signing=key
      meter.messages=message|0|2|24|1|no|int32
      meter.calls=call|0|100|0|0|yes|int64
      meter.seats=seat|0|100|0|0|no|int64|latest
      report.month_end_hours=6
      inbound.ack_ms=3000
      signature=body
      """;

  final SettableClock clock = new SettableClock(NOW);
  Ports ports = MemoryPorts.create(clock);

  Function<RawRequest, Verdict> verify = request -> request.trusted(request.body());
  Function<Verdict.Trusted, List<InboundEvent>> parse = trusted -> List.of();
  Function<Onboarding.Applicant, Step> begin = applicant -> new Step.Refused("no");
  Function<Onboarding.Progress, Step> resume = progress -> new Step.Refused("no");
  Function<Delivery.Reply, Receipt> deliver = reply -> new Receipt.Sent("remote");
  Function<Measuring.Completion, List<Measuring.Quantity>> measure =
      completion -> List.of(new Measuring.Quantity("messages", 1));
  Function<List<Reporting.SealedLine>, List<Ack>> report =
      lines -> lines.stream().<Ack>map(l -> new Ack.Accepted(l.id(), "r-" + l.id())).toList();
  Function<Settlement.Statement, Receipt> settle = statement -> new Receipt.Sent("s");

  final List<RawRequest> requests = new ArrayList<>();
  final List<String> deliveries = new ArrayList<>();
  final List<List<Reporting.SealedLine>> reports = new ArrayList<>();
  Consumer<dev.weir.spi.Binding> offboard = binding -> {};
  final List<Instant> deadlines = new ArrayList<>();
  Supplier<Optional<List<Reporting.SealedLine>>> readBack = Optional::empty;

  Probe() {
    BindingSecrets.createKeyIfAbsent(ports.secrets());
  }

  static Manifest manifest() {
    return Manifest.read(new ByteArrayInputStream(PROPERTIES.getBytes(StandardCharsets.UTF_8)));
  }

  static ChannelConfig config() {
    return new ChannelConfig(
        ID,
        "probe",
        ChannelKind.SOCIAL,
        Map.of("color", "red"),
        "product",
        "plan",
        "USD",
        0,
        0,
        Optional.empty());
  }

  LoadedChannel open() {
    return LoadedChannel.ofClassPath(manifest(), context -> this, context());
  }

  ChannelContext context() {
    return OpenChannel.context(
        ports, manifest(), config(), () -> new CloudCredentials("id", "secret", Optional.empty()));
  }

  /** What the gateway would be told, taken from its queue. */
  List<ChannelEvent> told() {
    Events events = new Events(ports);
    List<ChannelEvent> told = new ArrayList<>();
    Queue queue = ports.queue(Queues.CHANNEL_EVENTS);
    while (true) {
      List<Queue.Received> batch = queue.receive(10, Duration.ofSeconds(30));
      if (batch.isEmpty()) {
        return told;
      }
      for (Queue.Received message : batch) {
        told.add(events.read(Json.read(message.body(), EventPointer.class)).orElseThrow());
        queue.acknowledge(message.receipt());
      }
    }
  }

  @Override
  public Health check() {
    return Health.up();
  }

  @Override
  public Optional<Inbound> inbound() {
    return Optional.of(this);
  }

  @Override
  public Optional<Onboarding> onboarding() {
    return Optional.of(this);
  }

  @Override
  public Optional<Delivery> delivery() {
    return Optional.of(this);
  }

  @Override
  public Optional<Measuring> measuring() {
    return Optional.of(this);
  }

  @Override
  public Optional<Reporting> reporting() {
    return Optional.of(this);
  }

  @Override
  public Optional<Settlement> settlement() {
    return Optional.of(this);
  }

  @Override
  public Verdict verify(RawRequest request) {
    requests.add(request);
    return verify.apply(request);
  }

  @Override
  public List<InboundEvent> parse(Verdict.Trusted trusted) {
    return parse.apply(trusted);
  }

  @Override
  public Step begin(Applicant applicant) {
    return begin.apply(applicant);
  }

  @Override
  public Step resume(Progress progress, RawRequest callback) {
    return resume.apply(progress);
  }

  @Override
  public void offboard(dev.weir.spi.Binding binding) {
    offboard.accept(binding);
  }

  @Override
  public Receipt deliver(dev.weir.spi.Binding binding, Reply reply, String key) {
    deliveries.add(key);
    return deliver.apply(reply);
  }

  @Override
  public List<Quantity> measure(Completion completion) {
    return measure.apply(completion);
  }

  @Override
  public List<Ack> report(List<SealedLine> lines) {
    reports.add(lines);
    return report.apply(lines);
  }

  @Override
  public List<Ack> finalFlush(List<SealedLine> lines, Instant deadline) {
    deadlines.add(deadline);
    return report(lines);
  }

  @Override
  public Optional<List<SealedLine>> readBack(Instant from, Instant to) {
    return readBack
        .get()
        .map(lines ->
            lines.stream()
                .filter(line -> !line.hour().isBefore(from) && line.hour().isBefore(to))
                .toList());
  }

  @Override
  public Receipt send(Statement statement, String key) {
    return settle.apply(statement);
  }
}
