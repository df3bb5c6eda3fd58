package dev.weir.plugin.reseller;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.kit.StandardWebhooks;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelFactory;
import dev.weir.spi.RawRequest;
import dev.weir.tck.ChannelUnderTest;
import dev.weir.tck.InboundContract;
import dev.weir.tck.ManifestContract;
import dev.weir.tck.Remote;
import dev.weir.tck.ReportingContract;
import dev.weir.tck.SettlementContract;
import dev.weir.tck.TestClock;
import dev.weir.tck.TestContext;
import dev.weir.tck.sim.Door;
import dev.weir.tck.sim.SimProcess;
import dev.weir.tck.sim.partner.PartnerSim;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The suites that every channel must pass, against a reseller's process. */
final class ResellerContractTest {

  @TempDir static Path data;
  private static SimProcess partner;
  private static Door door;
  private static Instant signedAt;
  private static List<RawRequest> messages;
  private static int customers;

  @BeforeAll
  static void start() {
    partner = SimProcess.start(PartnerSim.class, data.resolve("partner"));
    door = new Door(data.resolve("door"));
    partner.post("/sim/config", Map.of("channelUrl", door.url().toString()));
    signedAt = Instant.now();
    partner.post("/sim/customer", Map.of("id", "c-contract", "name", "北风 GmbH"));
    partner.post("/sim/customer/c-contract/delete", Map.of());
    messages = door.arrived();
  }

  @AfterAll
  static void stop() {
    door.close();
    partner.close();
  }

  private static TestContext.Builder settings() {
    return TestContext.of("acme-reseller")
        .setting("webhook_url", partner.base().resolve("/webhooks").toString())
        .secret("webhook_secret", PartnerSim.INCOMING_SECRET)
        .secret("inbound_secret", PartnerSim.OUTGOING_SECRET)
        .clock(new TestClock(signedAt));
  }

  /** Each suite asks about this channel. */
  interface Reseller extends ChannelUnderTest {
    @Override
    default ChannelFactory factory() {
      return new ResellerFactory();
    }

    @Override
    default TestContext.Builder world() {
      return settings();
    }
  }

  @Nested
  final class Manifests extends ManifestContract implements Reseller {
    @Override
    protected List<Class<?>> suites() {
      return List.of(Inbounds.class, Reportings.class, Settlements.class);
    }
  }

  @Nested
  final class Inbounds extends InboundContract implements Reseller {
    @Override
    protected List<RawRequest> samples() {
      return messages;
    }

    @Override
    protected List<String> proofHeaders() {
      return List.of(StandardWebhooks.ID, StandardWebhooks.TIMESTAMP, StandardWebhooks.SIGNATURE);
    }

    @Override
    protected Duration tolerance() {
      return Duration.ofMinutes(5);
    }

    @Override
    protected void changeSecrets(TestContext context) {
      context.secret("inbound_secret", PartnerSim.INCOMING_SECRET);
    }
  }

  @Nested
  final class Reportings extends ReportingContract implements Reseller {
    @Override
    protected Remote remote() {
      return partner;
    }

    @Override
    protected Binding newBinding() {
      return Binding.of("contract-" + customers++, "Kunde");
    }

    @Override
    protected String meter() {
      return "calls";
    }

    @Override
    protected long onRecord(Binding binding, Instant hour) {
      long quantity = 0;
      for (JsonNode line : partner.get("/sim/usage").get("lines")) {
        if (line.get("customer").asText().equals(binding.id())
            && line.get("hour").asText().equals(hour.toString())) {
          quantity += line.get("quantity").asLong();
        }
      }
      return quantity;
    }
  }

  @Nested
  final class Settlements extends SettlementContract implements Reseller {
    @Override
    protected int received(String statementId) {
      int count = 0;
      for (JsonNode settlement : partner.get("/sim/settlements")) {
        count += settlement.get("statement").asText().equals(statementId) ? 1 : 0;
      }
      return count;
    }
  }
}
