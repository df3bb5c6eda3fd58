package dev.weir.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.weir.core.channel.BindingSecrets;
import dev.weir.core.channel.ChannelEvent;
import dev.weir.core.channel.Onboardings;
import dev.weir.core.port.Sha256;
import dev.weir.spi.Binding;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import dev.weir.spi.Onboarding;
import dev.weir.spi.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class OnboardTest {

  private static final Pattern CODE = Pattern.compile("<code>([0-9A-Za-z]{32})</code>");

  private final Probe probe = new Probe();
  private Onboarding.Applicant applicant;

  OnboardTest() {
    probe.begin =
        a -> {
          applicant = a;
          return new Step.Redirect("https://other.example/authorize?state=" + a.state(), "kept");
        };
    probe.resume =
        progress ->
            new Step.Bound(
                new Binding("T1", "Acme <b>", List.of(), Map.of()), Map.of("token", "xoxb"));
  }

  @Test
  void applicantGoesToTheOtherSideAndComesBackBound() {
    APIGatewayV2HTTPResponse begun = begin();
    assertEquals(303, begun.getStatusCode());
    assertTrue(begun.getHeaders().get("location").startsWith("https://other.example/"));
    assertEquals("https://weir.example/channels/probe-1/onboard/callback", applicant.callback());
    String cookie = begun.getCookies().getFirst();
    for (String part : List.of("HttpOnly", "SameSite=Lax", "Secure", "Path=/channels/probe-1/")) {
      assertTrue(cookie.contains(part), cookie);
    }

    String[] kept = new String[1];
    var bound = probe.resume;
    probe.resume =
        progress -> {
          kept[0] = progress.data();
          return bound.apply(progress);
        };
    APIGatewayV2HTTPResponse done = comeBack(applicant.state(), Requests.cookie(begun));
    assertEquals(200, done.getStatusCode());
    assertEquals("kept", kept[0]);
    String page = Requests.text(done);
    assertTrue(page.contains("Acme &lt;b&gt;"), page);
    Matcher code = CODE.matcher(page);
    assertTrue(code.find(), page);
    var event = assertInstanceOf(ChannelEvent.Onboard.class, probe.told().getFirst());
    assertEquals(Optional.of(Sha256.hex(code.group(1))), event.claimSha256());
    assertEquals("T1", event.bindingId());
    assertEquals(
        Optional.of("xoxb"), new BindingSecrets(probe.ports).open(Probe.ID, "T1", "token"));
    assertFalse(page.contains("xoxb"));
  }

  @Test
  void nonceWorksOnce() {
    String cookie = Requests.cookie(begin());
    comeBack(applicant.state(), cookie);
    probe.told();
    assertEquals(409, comeBack(applicant.state(), cookie).getStatusCode());
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void anotherBrowserCannotFinishAndDoesNotUseUpTheNonce() {
    String cookie = Requests.cookie(begin());
    String state = applicant.state();
    assertEquals(403, handle(callback(state)).getStatusCode());
    assertEquals(403, comeBack(state, "weir_onboarding_probe-1=forged").getStatusCode());
    assertTrue(probe.told().isEmpty());
    assertEquals(200, comeBack(state, cookie).getStatusCode());
  }

  @Test
  void unknownMissingRepeatedAndOldNoncesAreRefused() {
    String cookie = Requests.cookie(begin());
    assertEquals(404, comeBack("unknown", cookie).getStatusCode());
    assertEquals(404, query("", cookie).getStatusCode());
    String twice = "state=" + applicant.state() + "&state=" + applicant.state();
    assertEquals(404, query(twice, cookie).getStatusCode());
    probe.clock.advance(Onboardings.LIFETIME);
    assertEquals(404, comeBack(applicant.state(), cookie).getStatusCode());
  }

  @Test
  void formIsShownEscapedAndItsAnswerComesBack() {
    probe.begin =
        a -> {
          applicant = a;
          return new Step.Form(
              List.of(
                  new Step.Field("mail\"", "E-<mail>", "email", true),
                  new Step.Field("key", "Key", "secret", false)),
              "step");
        };
    APIGatewayV2HTTPResponse form = begin();
    String page = Requests.text(form);
    assertTrue(page.contains("E-&lt;mail&gt;<input name=\"mail&quot;\" type=\"email\""), page);
    assertTrue(page.contains("type=\"password\""), page);
    assertTrue(page.contains("value=\"" + applicant.state() + "\""), page);
    assertTrue(form.getHeaders().get("content-security-policy").contains("default-src 'none'"));

    byte[] body = ("state=" + applicant.state() + "&key=x").getBytes(StandardCharsets.UTF_8);
    APIGatewayV2HTTPEvent answer =
        Requests.http(
            "POST",
            "/onboard/callback",
            "",
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            body);
    assertEquals(200, handle(Requests.with(answer, Requests.cookie(form))).getStatusCode());
  }

  @Test
  void postedTokenCanBindAtOnce() {
    probe.begin =
        a -> {
          assertEquals("tok", a.fields().get("x-amzn-marketplace-token"));
          assertEquals("POST", a.request().orElseThrow().method());
          return new Step.Bound(Binding.of("arn:license", "Acme"), Map.of());
        };
    APIGatewayV2HTTPResponse done =
        handle(
            Requests.http(
                "POST",
                "/onboard",
                "",
                Map.of("content-type", "application/x-www-form-urlencoded"),
                "x-amzn-marketplace-token=tok".getBytes(StandardCharsets.UTF_8)));
    assertEquals(200, done.getStatusCode());
    assertInstanceOf(ChannelEvent.Onboard.class, probe.told().getFirst());
  }

  @Test
  void failedStepMayBeTriedAgainWithTheSameNonce() {
    String cookie = Requests.cookie(begin());
    var right = probe.resume;
    probe.resume =
        progress -> {
          throw new ChannelException(ErrorCode.UNAVAILABLE, "down");
        };
    assertEquals(503, comeBack(applicant.state(), cookie).getStatusCode());
    probe.resume =
        progress -> {
          throw new IllegalStateException("wrong");
        };
    assertEquals(500, comeBack(applicant.state(), cookie).getStatusCode());
    probe.resume = right;
    assertEquals(200, comeBack(applicant.state(), cookie).getStatusCode());
  }

  @Test
  void refusalAndWaitingAreSaidInTheReadersLanguage() {
    probe.begin = a -> new Step.Refused("<no>");
    APIGatewayV2HTTPResponse refused = begin();
    assertEquals(403, refused.getStatusCode());
    assertTrue(Requests.text(refused).contains("&lt;no&gt;"));
    probe.begin = a -> new Step.Wait(Probe.NOW.plusSeconds(60), "");
    APIGatewayV2HTTPEvent chinese =
        Requests.http("GET", "/onboard", "", Map.of("Accept-Language", "zh-CN,zh;q=0.9"));
    APIGatewayV2HTTPResponse waiting = handle(chinese);
    assertEquals(202, waiting.getStatusCode());
    assertTrue(Requests.text(waiting).contains("已收到申请"));
    assertTrue(probe.told().isEmpty());
  }

  @Test
  void redirectToAnythingButHttpsIsThePluginsFault() {
    for (String location : List.of("javascript:alert(1)", "http://other.example/", "//x", "::")) {
      probe.begin = a -> new Step.Redirect(location, "");
      assertEquals(500, begin().getStatusCode(), location);
    }
  }

  @Test
  void publicUrlOfTheDeploymentGoesBeforeTheHostOfTheRequest() {
    probe.ports.secrets().put(Onboard.PUBLIC_URL, "https://sell.example/");
    begin();
    assertEquals("https://sell.example/channels/probe-1/onboard/callback", applicant.callback());
  }

  private APIGatewayV2HTTPResponse begin() {
    return handle(Requests.http("GET", "/onboard", "", Map.of()));
  }

  private APIGatewayV2HTTPEvent callback(String state) {
    return Requests.http("GET", "/onboard/callback", "code=c&state=" + state, Map.of());
  }

  private APIGatewayV2HTTPResponse comeBack(String state, String cookie) {
    return handle(Requests.with(callback(state), cookie));
  }

  private APIGatewayV2HTTPResponse query(String query, String cookie) {
    return handle(
        Requests.with(Requests.http("GET", "/onboard/callback", query, Map.of()), cookie));
  }

  private APIGatewayV2HTTPResponse handle(APIGatewayV2HTTPEvent event) {
    return new Onboard(probe.ports, probe.open()).handleRequest(event, null);
  }
}
