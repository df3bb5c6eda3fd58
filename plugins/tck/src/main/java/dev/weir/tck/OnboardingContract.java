package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.spi.Inbound;
import dev.weir.spi.InboundEvent;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.Step;
import dev.weir.spi.Verdict;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A customer's way in, driven as a browser or the other side would. */
public abstract class OnboardingContract extends ChannelContract {

  private static final int STEPS_MAX = 10;
  private static final int DATA_MAX_CHARS = 4096;
  private static final String CALLBACK =
      "https://weir.example/channels/under-test/onboard/callback";

  /** The request with which an applicant begins, where it says anything (a market's POST). */
  protected abstract Optional<RawRequest> firstRequest();

  /** What the applicant filled in beforehand; usually nothing. */
  protected Map<String, String> fields() {
    return Map.of();
  }

  /**
   * Goes through the other side: what comes back to the callback.
   *
   * @param step a {@link Step.Redirect} to follow or a {@link Step.Form} to fill in
   */
  protected abstract RawRequest comeBack(Step step, String state);

  /**
   * Whether an onboarding ends bound; false where it ends waiting, and the other side tells the
   * rest by an inbound event.
   */
  protected boolean endsBound() {
    return true;
  }

  /**
   * The signed event by which the other side tells that somebody came in; asked for where {@link
   * #endsBound()} is false.
   */
  protected RawRequest bindingEvent() {
    throw new AssertionError("bindingEvent() is needed where an onboarding ends waiting");
  }

  @Test
  public final void applicantEndsAsTheManifestOfTheChannelPromises() {
    Step end = drive("state0123456789").end();
    if (endsBound()) {
      Step.Bound bound = assertInstanceOf(Step.Bound.class, end);
      assertFalse(bound.binding().displayName().isBlank(), "a binding has a name to show");
    } else {
      Step.Wait wait = assertInstanceOf(Step.Wait.class, end);
      assertTrue(wait.until().isAfter(context().clock().instant()), "waits until a time gone by");
      InboundEvent.Onboard onboard = onboarded(bindingEvent());
      assertFalse(onboard.binding().displayName().isBlank(), "a binding has a name to show");
    }
  }

  private InboundEvent.Onboard onboarded(RawRequest event) {
    Inbound inbound =
        channel().inbound().orElseThrow(() -> new AssertionError("who waits needs inbound"));
    Verdict.Trusted trusted =
        assertInstanceOf(Verdict.Trusted.class, inbound.verify(event), "the event is not believed");
    return inbound.parse(trusted).stream()
        .filter(InboundEvent.Onboard.class::isInstance)
        .map(InboundEvent.Onboard.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the event binds nobody"));
  }

  @Test
  public final void sameCallbackTwiceLeadsToTheSameBinding() {
    Driven driven = drive("state0123456789");
    if (!(driven.end() instanceof Step.Bound bound)) {
      return;
    }
    // A market's POST that proves all is itself what may come twice.
    Step again =
        driven.lastCallback().isPresent()
            ? onboarding().resume(driven.progress(), driven.lastCallback().get())
            : onboarding().begin(driven.applicant());
    assertEquals(
        bound.binding().id(),
        assertInstanceOf(Step.Bound.class, again, "the platform may deliver it twice")
            .binding()
            .id());
  }

  @Test
  public final void secretsAreInNoPlainFactOfTheBinding() {
    if (drive("state0123456789").end() instanceof Step.Bound bound) {
      for (String secret : bound.secrets().values()) {
        assertFalse(
            bound.binding().attributes().containsValue(secret), "a secret among attributes");
        assertFalse(bound.toString().contains(secret), "a secret in toString()");
      }
    }
  }

  @Test
  public final void stateIsCarriedThroughEveryRedirect() {
    Step first = onboarding().begin(applicant("carried0123456789"));
    if (first instanceof Step.Redirect redirect) {
      // A page that the applicant only reads need not come back.
      assertTrue(
          redirect.location().contains("carried0123456789") || !endsBound(),
          "the state is not in " + redirect.location());
    }
  }

  private record Driven(
      Onboarding.Applicant applicant,
      Step end,
      Onboarding.Progress progress,
      Optional<RawRequest> lastCallback) {}

  private Driven drive(String state) {
    Onboarding.Applicant applicant = applicant(state);
    Step step = onboarding().begin(applicant);
    Onboarding.Progress progress = new Onboarding.Progress(state, CALLBACK, "");
    Optional<RawRequest> last = Optional.empty();
    for (int i = 0; i < STEPS_MAX; i++) {
      Optional<String> data =
          switch (step) {
            case Step.Redirect redirect -> Optional.of(redirect.data());
            case Step.Form form -> Optional.of(form.data());
            case Step.Wait wait -> Optional.empty();
            case Step.Bound bound -> Optional.empty();
            case Step.Refused refused -> throw new AssertionError("refused: " + refused.reason());
          };
      if (data.isEmpty()) {
        return new Driven(applicant, step, progress, last);
      }
      assertTrue(data.get().length() <= DATA_MAX_CHARS, "data > " + DATA_MAX_CHARS);
      progress = new Onboarding.Progress(state, CALLBACK, data.get());
      RawRequest callback = comeBack(step, state);
      last = Optional.of(callback);
      step = onboarding().resume(progress, callback);
    }
    throw new AssertionError("no end after " + STEPS_MAX + " steps");
  }

  private Onboarding.Applicant applicant(String state) {
    return new Onboarding.Applicant(state, CALLBACK, firstRequest(), fields());
  }

  private Onboarding onboarding() {
    return channel().onboarding().orElseThrow(() -> new AssertionError("no facet onboarding"));
  }
}
