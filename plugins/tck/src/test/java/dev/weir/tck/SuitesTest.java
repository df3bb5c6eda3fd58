package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A right channel passes every suite; one with a defect fails the test that is there for it. */
final class SuitesTest {

  private static final List<Class<?>> ALL =
      List.of(
          ProbeSuites.Inbounds.class,
          ProbeSuites.Onboardings.class,
          ProbeSuites.Deliveries.class,
          ProbeSuites.Measurings.class,
          ProbeSuites.Reportings.class,
          ProbeSuites.Settlements.class);

  @Test
  void rightChannelPassesEverySuite() {
    assertEquals(List.of(), failures(() -> new ProbeSuites.Manifests(ALL)));
    assertEquals(List.of(), failures(ProbeSuites.Inbounds::new));
    assertEquals(List.of(), failures(ProbeSuites.Onboardings::new));
    assertEquals(List.of(), failures(ProbeSuites.Deliveries::new));
    assertEquals(List.of(), failures(ProbeSuites.Measurings::new));
    assertEquals(List.of(), failures(ProbeSuites.Reportings::new));
    assertEquals(List.of(), failures(ProbeSuites.Settlements::new));
  }

  @Test
  void capabilityWithoutItsSuiteFailsAndIsNotSkipped() {
    for (Class<?> missing : ALL) {
      List<Class<?>> some = new ArrayList<>(ALL);
      some.remove(missing);
      assertEquals(
          List.of("everyDeclaredCapabilityHasItsSuite"),
          failures(() -> new ProbeSuites.Manifests(some)),
          missing.getSimpleName());
    }
  }

  @Test
  void facetThatIsDeclaredButAbsentFails() {
    failed(
        "facetsEqualCapabilities",
        () -> new ProbeSuites.Manifests(ALL, ProbeChannel.Defect.NO_DELIVERY));
  }

  @Test
  void holesOfVerificationAreFound() {
    failed("eachAlteredByteOfACoveredBodyIsRefused", inbound(ProbeChannel.Defect.IGNORES_BODY));
    failed(
        "staleAndFutureRequestsAreRefusedWhereTheTimeIsCovered",
        inbound(ProbeChannel.Defect.ONE_SIDED_WINDOW));
    failed(
        "staleAndFutureRequestsAreRefusedWhereTheTimeIsCovered",
        inbound(ProbeChannel.Defect.NO_WINDOW));
    failed(
        "missingAndRepeatedProofsAreRefused", inbound(ProbeChannel.Defect.TAKES_REPEATED_HEADERS));
    failed("nonsenseIsRefusedAndDoesNotThrow", inbound(ProbeChannel.Defect.THROWS_ON_NONSENSE));
    failed("unsignedRequestIsRefused", inbound(ProbeChannel.Defect.TRUSTS_THE_UNSIGNED));
    failed("eachAlteredCharacterOfAProofIsRefused", inbound(ProbeChannel.Defect.TAKES_ANY_CASE));
    failed(
        "staleAndFutureRequestsAreRefusedWhereTheTimeIsCovered",
        inbound(ProbeChannel.Defect.WIDE_WINDOW));
    failed("redeliveryCarriesTheSameDedupeKeys", inbound(ProbeChannel.Defect.NEW_DEDUPE_KEYS));
  }

  @Test
  void faultsOfOnboardingAreFound() {
    failed(
        "sameCallbackTwiceLeadsToTheSameBinding",
        () -> new ProbeSuites.Onboardings(ProbeChannel.Defect.BINDS_ANEW));
    failed(
        "secretsAreInNoPlainFactOfTheBinding",
        () -> new ProbeSuites.Onboardings(ProbeChannel.Defect.TELLS_SECRETS));
    failed(
        "applicantEndsAsTheManifestOfTheChannelPromises",
        () -> new ProbeSuites.Onboardings(ProbeChannel.Defect.BINDS_BY_WAITING));
  }

  @Test
  void faultsOfDeliveryAreFound() {
    failed(
        "sameKeyTwiceHasOneEffect",
        () -> new ProbeSuites.Deliveries(ProbeChannel.Defect.FORGETS_KEYS));
    failed(
        "throttledReplyIsPutOffAndThenShownOnce",
        () -> new ProbeSuites.Deliveries(ProbeChannel.Defect.TAKES_429_FOR_FINAL));
  }

  @Test
  void faultsOfCountingAndReportingAreFound() {
    String declared = "quantitiesAreOfDeclaredMetersEachOnceAndAlwaysTheSame";
    failed(declared, () -> new ProbeSuites.Measurings(ProbeChannel.Defect.UNDECLARED_METER));
    failed(declared, () -> new ProbeSuites.Measurings(ProbeChannel.Defect.IMPURE));
    failed(
        "everyLineIsAcknowledgedOnceAndIsOnRecord",
        () -> new ProbeSuites.Reportings(ProbeChannel.Defect.LOSES_AN_ACK));
    failed(
        "lineThatIsSentAgainCountsOnce",
        () -> new ProbeSuites.Reportings(ProbeChannel.Defect.COUNTS_AGAIN));
    failed(
        "finalFlushAcknowledgesEveryLineOnceAndNoneCountsTwice",
        () -> new ProbeSuites.Reportings(ProbeChannel.Defect.FLUSHES_TWICE));
    failed(
        "whatIsReadBackIsWhatWasReported",
        () -> new ProbeSuites.Reportings(ProbeChannel.Defect.READS_BACK_WRONG));
    failed(
        "pagesComeToAnEnd", () -> new ProbeSuites.Settlements(ProbeChannel.Defect.ENDLESS_PAGES));
  }

  private static Supplier<ChannelContract> inbound(ProbeChannel.Defect defect) {
    return () -> new ProbeSuites.Inbounds(defect);
  }

  private static void failed(String test, Supplier<? extends ChannelContract> suite) {
    List<String> failures = failures(suite);
    assertTrue(failures.contains(test), "failed: " + failures);
  }

  /** The names of the tests that fail, each run as JUnit runs it. */
  private static List<String> failures(Supplier<? extends ChannelContract> suite) {
    List<String> failures = new ArrayList<>();
    List<Method> tests =
        Arrays.stream(suite.get().getClass().getMethods())
            .filter(m -> m.isAnnotationPresent(Test.class))
            .toList();
    assertFalse(tests.isEmpty());
    for (Method test : tests) {
      ChannelContract instance = suite.get();
      instance.openChannel();
      try {
        test.invoke(instance);
      } catch (InvocationTargetException e) {
        failures.add(test.getName());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      } finally {
        instance.closeChannel();
      }
    }
    return failures;
  }
}
