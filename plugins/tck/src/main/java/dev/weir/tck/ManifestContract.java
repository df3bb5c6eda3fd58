package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.loader.ApiVersion;
import dev.weir.loader.LoadedChannel;
import dev.weir.loader.Manifest;
import dev.weir.spi.Capability;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The manifest says what the channel is, and every capability in it has its suite. */
public abstract class ManifestContract extends ChannelContract {

  /** The plugin's own classes that extend the suites of its capabilities. */
  protected abstract List<Class<?>> suites();

  @Test
  public final void facetsEqualCapabilities() {
    assertEquals(context().manifest().capabilities(), Capability.of(channel()));
    LoadedChannel.ofClassPath(context().manifest(), factory(), context()).close();
  }

  @Test
  public final void facetsStayTheSameWhenAChannelIsOpenedAgain() {
    Set<Capability> before = Capability.of(channel());
    assertEquals(before, Capability.of(factory().open(context())));
  }

  @Test
  public final void thisHostSatisfiesTheApi() {
    assertTrue(
        ApiVersion.CURRENT.satisfies(context().manifest().api()),
        "api " + context().manifest().api() + " on a host with " + ApiVersion.CURRENT);
  }

  @Test
  public final void everySettingAndSecretHasHelp() {
    Manifest manifest = context().manifest();
    manifest
        .settings()
        .values()
        .forEach(s -> assertFalse(s.help().isBlank(), "setting." + s.name() + " has no help"));
    manifest
        .secrets()
        .values()
        .forEach(s -> assertFalse(s.help().isBlank(), "secret." + s.name() + " has no help"));
  }

  @Test
  public final void everyDeclaredCapabilityHasItsSuite() {
    for (Capability capability : context().manifest().capabilities()) {
      switch (capability) {
        case INBOUND -> require(capability, InboundContract.class);
        case ONBOARDING -> require(capability, OnboardingContract.class);
        case DELIVERY -> require(capability, DeliveryContract.class);
        case REPORTING -> require(capability, ReportingContract.class);
        case MEASURING -> require(capability, MeasuringContract.class);
        case SETTLEMENT -> require(capability, SettlementContract.class);
        case EDGE, PUBLISHING -> fail("there is no suite for " + capability + " yet");
      }
    }
  }

  private void require(Capability capability, Class<?> suite) {
    boolean present =
        suites().stream()
            .anyMatch(s -> suite.isAssignableFrom(s) && !Modifier.isAbstract(s.getModifiers()));
    assertTrue(
        present, capability + " is declared, but suites() names no " + suite.getSimpleName());
  }
}
