package dev.weir.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** AWS's published test suite (aws-sig-v4-test-suite) and the example of its General Reference. */
final class SigV4Test {

  private static final CloudCredentials EXAMPLE =
      new CloudCredentials(
          "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Optional.empty());
  private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");

  @Test
  void getVanilla() {
    assertSignature(
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        sign("GET", "https://example.amazonaws.com/", Map.of(), ""));
  }

  @Test
  void getVanillaQueryOrderKeyCase() {
    assertSignature(
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        sign("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", Map.of(), ""));
  }

  @Test
  void postVanilla() {
    assertSignature(
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        sign("POST", "https://example.amazonaws.com/", Map.of(), ""));
  }

  @Test
  void postFormUrlencoded() {
    assertSignature(
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        sign(
            "POST",
            "https://example.amazonaws.com/",
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            "Param1=value1"));
  }

  @Test
  void exampleOfTheGeneralReference() {
    Map<String, String> headers =
        new SigV4("iam", "us-east-1")
            .sign(
                "GET",
                URI.create("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                new byte[0],
                EXAMPLE,
                NOW);
    assertEquals(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
            + " SignedHeaders=content-type;host;x-amz-date,"
            + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        headers.get("authorization"));
  }

  @Test
  void sessionTokenIsSignedAndAGivenAuthorizationIsReplaced() {
    Map<String, String> headers =
        new SigV4("service", "us-east-1")
            .sign(
                "POST",
                URI.create("https://example.amazonaws.com:8443/"),
                Map.of("Authorization", "mine"),
                new byte[0],
                new CloudCredentials("id", "secret", Optional.of("token")),
                NOW);
    assertEquals("token", headers.get("x-amz-security-token"));
    assertTrue(
        headers.get("authorization").contains("host;x-amz-date;x-amz-security-token"), "signed");
    assertFalse(headers.containsKey("host"), "the client writes it");
  }

  private static Map<String, String> sign(
      String method, String uri, Map<String, String> headers, String body) {
    return new SigV4("service", "us-east-1")
        .sign(
            method, URI.create(uri), headers, body.getBytes(StandardCharsets.UTF_8), EXAMPLE, NOW);
  }

  private static void assertSignature(String expected, Map<String, String> headers) {
    String authorization = headers.get("authorization");
    assertTrue(authorization.endsWith("Signature=" + expected), authorization);
  }
}
