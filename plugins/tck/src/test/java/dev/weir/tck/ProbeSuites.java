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

  static class Manifests extends ManifestContract {
    private final ProbeChannel.OtherSide other = new ProbeChannel.OtherSide();
    private final ProbeChannel.Defect[] defects;
    private final List<Class<?>> suites;

    Manifests(List<Class<?>> suites, ProbeChannel.Defect... defects) {
      this.suites = suites;
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, other, defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
    }

    @Override
    protected List<Class<?>> suites() {
      return suites;
    }
  }

  static class Inbounds extends InboundContract {
    private final ProbeChannel.OtherSide other = new ProbeChannel.OtherSide();
    private final ProbeChannel.Defect[] defects;

    Inbounds(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, other, defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
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

  static class Onboardings extends OnboardingContract {
    private final ProbeChannel.Defect[] defects;

    Onboardings(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, new ProbeChannel.OtherSide(), defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
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

  static class Deliveries extends DeliveryContract {
    private final ProbeChannel.OtherSide other = new ProbeChannel.OtherSide();
    private final ProbeChannel.Defect[] defects;

    Deliveries(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, other, defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
    }

    @Override
    protected Remote remote() {
      return other;
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
      return (int) other.shown.stream().filter(text::equals).count();
    }
  }

  static class Measurings extends MeasuringContract {
    private final ProbeChannel.Defect[] defects;

    Measurings(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, new ProbeChannel.OtherSide(), defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
    }
  }

  static class Reportings extends ReportingContract {
    private final ProbeChannel.OtherSide other = new ProbeChannel.OtherSide();
    private final ProbeChannel.Defect[] defects;
    private int bindings;

    Reportings(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, other, defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
    }

    @Override
    protected Remote remote() {
      return other;
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
      return other.record.getOrDefault(binding.id() + hour, 0L);
    }
  }

  static class Settlements extends SettlementContract {
    private final ProbeChannel.OtherSide other = new ProbeChannel.OtherSide();
    private final ProbeChannel.Defect[] defects;

    Settlements(ProbeChannel.Defect... defects) {
      this.defects = defects;
    }

    @Override
    protected ChannelFactory factory() {
      return context -> new ProbeChannel(context, other, defects);
    }

    @Override
    protected TestContext.Builder world() {
      return ProbeChannel.world();
    }

    @Override
    protected int received(String statementId) {
      return (int) other.statements.stream().filter(statementId::equals).count();
    }
  }
}
