package dev.weir.tck;

import dev.weir.spi.Binding;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.Delivery;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The suites as a plugin's author extends them; each can be given a defect. */
final class ProbeSuites {

  private ProbeSuites() {}

  /** What is wrong with the channel, and whom it talks to. */
  record Probe(ProbeChannel.OtherSide other, ProbeChannel.Defect... defects) {
    Probe(ProbeChannel.Defect... defects) {
      this(new ProbeChannel.OtherSide(), defects);
    }
  }

  /** Each suite asks about the probe channel. */
  interface Probed extends ChannelUnderTest {
    Probe probe();

    @Override
    default ChannelFactory factory() {
      return context -> new ProbeChannel(context, probe().other(), probe().defects());
    }

    @Override
    default TestContext.Builder world() {
      return ProbeChannel.world();
    }
  }

  static class Manifests extends ManifestContract implements Probed {
    private final Probe probe;
    private final List<Class<?>> suites;

    Manifests(List<Class<?>> suites, ProbeChannel.Defect... defects) {
      this.suites = suites;
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected List<Class<?>> suites() {
      return suites;
    }
  }

  static class Inbounds extends InboundContract implements Probed {
    private final Probe probe;

    Inbounds(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected List<RawRequest> samples() {
      return List.of(
          ProbeChannel.signed(Instant.parse("2026-11-01T00:00:00Z"), "the secret", "sample"));
    }

    @Override
    protected List<String> proofHeaders() {
      return List.of("X-Timestamp", "X-Signature");
    }

    @Override
    protected Duration tolerance() {
      return Duration.ofMinutes(5);
    }

    @Override
    protected void changeSecrets(TestContext context) {
      context.secret("signing", "another");
    }
  }

  static class Onboardings extends OnboardingContract implements Probed {
    private final Probe probe;

    Onboardings(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected Optional<RawRequest> firstRequest() {
      return Optional.empty();
    }

    @Override
    protected RawRequest comeBack(Step step, String state) {
      return new RawRequest("GET", "/onboard/callback", "state=" + state, Map.of(), new byte[0]);
    }
  }

  static class Deliveries extends DeliveryContract implements Probed {
    private final Probe probe;

    Deliveries(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected Remote remote() {
      return probe.other();
    }

    @Override
    protected Binding binding() {
      return Binding.of("T1", "Team");
    }

    @Override
    protected Delivery.Reply reply(String text) {
      return new Delivery.Reply("call", "C1", text, Map.of());
    }

    @Override
    protected int shown(String text) {
      return (int) probe.other().shown.stream().filter(text::equals).count();
    }
  }

  static class Measurings extends MeasuringContract implements Probed {
    private final Probe probe;

    Measurings(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }
  }

  static class Reportings extends ReportingContract implements Probed {
    private final Probe probe;
    private int bindings;

    Reportings(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected Remote remote() {
      return probe.other();
    }

    @Override
    protected Binding newBinding() {
      return Binding.of("T" + bindings++, "Team");
    }

    @Override
    protected String meter() {
      return "messages";
    }

    @Override
    protected long onRecord(Binding binding, Instant hour) {
      return probe.other().record.getOrDefault(binding.id() + hour, 0L);
    }
  }

  static class Settlements extends SettlementContract implements Probed {
    private final Probe probe;

    Settlements(ProbeChannel.Defect... defects) {
      probe = new Probe(defects);
    }

    @Override
    public Probe probe() {
      return probe;
    }

    @Override
    protected int received(String statementId) {
      return (int) probe.other().statements.stream().filter(statementId::equals).count();
    }
  }
}
