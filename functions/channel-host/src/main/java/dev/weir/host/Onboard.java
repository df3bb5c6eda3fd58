package dev.weir.host;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.channel.Onboardings;
import dev.weir.core.port.PortException;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Sha256;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.loader.LoadedChannel;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.ErrorType;
import dev.weir.spi.Onboarding;
import dev.weir.spi.RawRequest;
import dev.weir.spi.RawResponse;
import dev.weir.spi.Step;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * Brings customers in: {@code /onboard} begins, {@code /onboard/callback} goes on. Thread-safe.
 *
 * <p>An onboarding is known by a nonce that goes through the other side and back, and is tied to
 * the browser by a cookie, so that nobody can finish in a victim's browser what he began in his
 * own. It works once. Where it ends well the applicant is shown, once, a code to exchange for an
 * API key; only the code's SHA-256 is stored.
 */
public final class Onboard
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {

  /** Where {@code Secrets} may hold the URL at which this deployment is reached from outside. */
  public static final String PUBLIC_URL = "deployment/public-url";

  private static final System.Logger LOG = System.getLogger(Onboard.class.getName());
  private static final int NONCE_CHARS = 32;

  private final Ports ports;
  private final LoadedChannel channel;
  private final String channelId;
  private final Onboardings onboardings;
  private final Arrivals arrivals;
  private final HostIds ids;

  public Onboard(Ports ports, LoadedChannel channel) {
    this.ports = ports;
    this.channel = channel;
    this.channelId = channel.channelId();
    this.onboardings = new Onboardings(ports);
    this.arrivals = new Arrivals(ports, channelId);
    this.ids = new HostIds(ports.clock());
  }

  /** An answer, and a cookie for the browser where an onboarding begins. */
  private record Answer(RawResponse response, List<String> cookies) {
    Answer(RawResponse response) {
      this(response, List.of());
    }
  }

  /** Where a step belongs: its nonce, its callback, its browser, and its turn unless it begins. */
  private record Place(
      String state,
      String callback,
      String browserSha256,
      Optional<Onboardings.Taken.Turn> turn,
      Pages pages) {}

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    Answer answer = answer(event);
    return HttpEvents.response(answer.response(), answer.cookies());
  }

  private Answer answer(APIGatewayV2HTTPEvent event) {
    try {
      RawRequest request = HttpEvents.request(event, channelId);
      Onboarding onboarding =
          channel
              .onboarding()
              .orElseThrow(() ->
                  new ProblemException(
                      Problem.notFound("nobody comes in through this channel by himself")));
      return switch (request.path()) {
        case "/onboard" -> begin(onboarding, event, request);
        case "/onboard/callback" -> resume(onboarding, event, request);
        default -> throw new ProblemException(Problem.notFound("path " + request.path()));
      };
    } catch (ProblemException e) {
      return new Answer(HttpEvents.problem(e.problem()));
    } catch (PortException e) {
      LOG.log(System.Logger.Level.ERROR, "onboarding failed (channel " + channelId + ")", e);
      return new Answer(HttpEvents.problem(Problem.unavailable("please try again", 5)));
    }
  }

  private Answer begin(Onboarding onboarding, APIGatewayV2HTTPEvent event, RawRequest request) {
    String state = ids.secret(NONCE_CHARS);
    String browser = ids.secret(NONCE_CHARS);
    String callback = publicUrl(event) + "/channels/" + channelId + "/onboard/callback";
    Place place =
        new Place(state, callback, Sha256.hex(browser), Optional.empty(), Pages.of(request));
    try {
      Step step =
          onboarding.begin(
              new Onboarding.Applicant(state, callback, Optional.of(request), Fields.of(request)));
      return new Answer(proceed(step, place), List.of(cookie(browser, callback)));
    } catch (ChannelException e) {
      Failures.log(e, channelId);
      return new Answer(place.pages().failed(status(e)));
    }
  }

  private Answer resume(Onboarding onboarding, APIGatewayV2HTTPEvent event, RawRequest request) {
    Pages pages = Pages.of(request);
    Optional<String> state = Optional.ofNullable(Fields.of(request).get("state"));
    Optional<Onboardings.Pending> pending =
        state.flatMap(nonce -> onboardings.peek(channelId, nonce));
    String browser = HttpEvents.cookie(event, cookieName()).map(Sha256::hex).orElse("");
    if (pending.isPresent() && !equal(pending.get().browserSha256(), browser)) {
      return new Answer(pages.otherBrowser());
    }
    Onboardings.Taken taken =
        state
            .map(nonce -> onboardings.take(channelId, nonce))
            .orElseGet(Onboardings.Taken.Absent::new);
    return switch (taken) {
      case Onboardings.Taken.Absent() -> new Answer(pages.expired());
      case Onboardings.Taken.Used() -> new Answer(pages.used());
      case Onboardings.Taken.Busy() -> new Answer(pages.busy());
      case Onboardings.Taken.Turn turn -> {
        Onboardings.Pending kept = turn.pending();
        Place place =
            new Place(
                turn.state(), kept.callback(), kept.browserSha256(), Optional.of(turn), pages);
        yield new Answer(goOn(onboarding, place, kept, request));
      }
    };
  }

  private RawResponse goOn(
      Onboarding onboarding, Place place, Onboardings.Pending kept, RawRequest request) {
    try {
      Step step =
          onboarding.resume(
              new Onboarding.Progress(place.state(), place.callback(), kept.data()), request);
      return proceed(step, place);
    } catch (ChannelException e) {
      Failures.log(e, channelId);
      // The applicant may come back with the same nonce; nothing was bound.
      place.turn().ifPresent(turn -> onboardings.waitAgain(turn, kept));
      return place.pages().failed(status(e));
    }
  }

  private RawResponse proceed(Step step, Place place) {
    return switch (step) {
      case Step.Redirect redirect -> {
        checkLocation(redirect.location());
        keep(place, redirect.data(), "");
        yield Pages.redirect(redirect.location());
      }
      case Step.Form form -> {
        keep(place, form.data(), String.join(",", Pages.names(form)));
        yield place.pages().form(form, place.callback(), place.state());
      }
      case Step.Wait wait -> {
        place.turn().ifPresent(onboardings::end);
        yield place.pages().waiting();
      }
      case Step.Refused refused -> {
        place.turn().ifPresent(onboardings::end);
        yield place.pages().refused(refused.reason());
      }
      case Step.Bound bound -> bind(bound, place);
    };
  }

  private RawResponse bind(Step.Bound bound, Place place) {
    Binding binding = bound.binding();
    String claim = ids.secret(NONCE_CHARS);
    arrivals.onboarded(place.state(), binding, bound.secrets(), Sha256.hex(claim));
    place.turn().ifPresent(onboardings::end);
    return place.pages().bound(binding.displayName(), claim);
  }

  private void keep(Place place, String data, String fields) {
    if (data.length() > Onboardings.DATA_MAX_CHARS) {
      throw new ChannelException(
          ErrorCode.INTERNAL,
          "onboarding data " + data.length() + " > " + Onboardings.DATA_MAX_CHARS);
    }
    Onboardings.Pending pending =
        new Onboardings.Pending(place.callback(), data, place.browserSha256(), fields);
    place
        .turn()
        .ifPresentOrElse(
            turn -> onboardings.waitAgain(turn, pending),
            () -> onboardings.begin(channelId, place.state(), pending));
  }

  private static void checkLocation(String location) {
    URI uri;
    try {
      uri = URI.create(location);
    } catch (IllegalArgumentException e) {
      throw new ChannelException(ErrorCode.INTERNAL, "redirect to no URL", -1, e);
    }
    String host = uri.getHost() == null ? "" : uri.getHost();
    boolean local = host.equals("localhost") || host.startsWith("127.");
    if (host.isEmpty()
        || !("https".equals(uri.getScheme()) || (local && "http".equals(uri.getScheme())))) {
      throw new ChannelException(ErrorCode.INTERNAL, "redirect to neither https nor this machine");
    }
  }

  private static int status(ChannelException e) {
    ErrorType type = e.code().type();
    return switch (type) {
      case USER -> 400;
      case PARTNER, LIMIT -> 503;
      case BUG -> 500;
    };
  }

  private String publicUrl(APIGatewayV2HTTPEvent event) {
    String url = ports.secrets().get(PUBLIC_URL).orElseGet(() -> HttpEvents.origin(event));
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private String cookieName() {
    return "weir_onboarding_" + channelId;
  }

  private String cookie(String value, String callback) {
    // Lax: the other side sends the browser back by a top-level GET.
    return cookieName()
        + "="
        + value
        + "; Path=/channels/"
        + channelId
        + "/onboard; HttpOnly; SameSite=Lax; Max-Age="
        + Onboardings.LIFETIME.toSeconds()
        + (callback.startsWith("https:") ? "; Secure" : "");
  }

  private static boolean equal(String expected, String presented) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        presented.getBytes(StandardCharsets.US_ASCII));
  }
}
