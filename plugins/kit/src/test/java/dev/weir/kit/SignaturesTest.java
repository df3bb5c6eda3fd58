package dev.weir.kit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Golden vectors that others published; the source stands at each. */
final class SignaturesTest {

  /** SlackSignatureTest of java-slack-sdk. */
  @Test
  void slackSignatureIsReproduced() {
    String body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
            + "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
            + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
            + "%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
            + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    assertEquals(
        "a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        Signatures.hmacSha256Hex(
            "8f742231b10e8888abcd99yyyzzz85a5", Signatures.utf8("v0:1531420618:" + body)));
  }

  /** GitHub's "Validating webhook deliveries"; restfb's appsecret_proof. */
  @Test
  void metaStyleSignaturesAreReproduced() {
    assertEquals(
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        Signatures.hmacSha256Hex("It's a Secret to Everybody", Signatures.utf8("Hello, World!")));
    assertEquals(
        "88cd2108b5347d973cf39cdf9053d7dd42704876d8c9a9bd8e2d168259d3ddf7",
        Signatures.hmacSha256Hex("test", Signatures.utf8("test")));
  }

  /** line-bot-sdk-java. */
  @Test
  void lineSignatureIsReproduced() {
    assertEquals(
        "3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA=",
        Signatures.hmacSha256Base64("SECRET", Signatures.utf8("{}")));
  }

  /** open.weibo.com wiki Messages_api_start. */
  @Test
  void weiboSignatureIsReproduced() {
    assertEquals(
        "90e4c22c90a58f26526c2dd5b6c56c8822edeaa1",
        sortedSha1("xyz123xyz", "1397022061823", "57155157"));
  }

  /** WxJava's SHA1.gen. */
  @Test
  void sha1IsReproduced() {
    assertEquals(
        "9f537aeb751ec72605f57f94a2f6dc3e3958e1dd", Signatures.sha1Hex(Signatures.utf8("123345")));
  }

  /** RFC 8032 section 7.1, tests 1 and 2. */
  @Test
  void ed25519VectorsHoldAndAnyAlteredBitFails() {
    byte[] key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    byte[] signature =
        hex(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
                + "39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assertTrue(Signatures.ed25519(key, new byte[0], signature));
    assertFalse(Signatures.ed25519(key, new byte[1], signature));
    for (int i = 0; i < signature.length; i++) {
      byte[] altered = signature.clone();
      altered[i] ^= 1;
      assertFalse(Signatures.ed25519(key, new byte[0], altered), "byte " + i);
    }
    byte[] key2 = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    byte[] signature2 =
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f"
                + "3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    assertTrue(Signatures.ed25519(key2, new byte[] {0x72}, signature2));
    assertFalse(Signatures.ed25519(key, new byte[] {0x72}, signature2));
  }

  @Test
  void whatIsNoKeyOrSignatureIsFalseAndNoException() {
    assertFalse(Signatures.ed25519(new byte[31], new byte[0], new byte[64]));
    assertFalse(Signatures.ed25519(new byte[32], new byte[0], new byte[63]));
    byte[] noPoint = new byte[32];
    Arrays.fill(noPoint, (byte) 0xff);
    assertFalse(Signatures.ed25519(noPoint, new byte[0], new byte[64]));
  }

  @Test
  void onlyOneSpellingOfAnEncodingIsTaken() {
    assertArrayEquals(new byte[] {0}, Signatures.base64("AA==").orElseThrow());
    assertTrue(Signatures.base64("AA").isEmpty());
    assertTrue(Signatures.base64("AB==").isEmpty());
    assertTrue(Signatures.base64("A-==").isEmpty());
    assertTrue(Signatures.base64("AA==\n").isEmpty());
    assertArrayEquals(new byte[] {(byte) 0xab}, Signatures.hex("ab").orElseThrow());
    assertTrue(Signatures.hex("AB").isEmpty());
    assertTrue(Signatures.hex("abc").isEmpty());
  }

  /** weworkapi_golang json_callback/sample.go. */
  @Test
  void wecomEchoIsVerifiedAndDecrypted() {
    String echo =
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    assertEquals(
        "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        sortedSha1("QDG6eK", "1409659589", "263014780", echo));
    byte[] key = Base64.getDecoder().decode("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C=");
    byte[] plain = decrypt(key, echo);
    assertEquals(
        "1616140317555161061",
        new String(plain, 20, plain[19], java.nio.charset.StandardCharsets.UTF_8));
  }

  /** WxJava's WxCryptUtilTest. */
  @Test
  void wechatMessageIsEncryptedByteForByte() {
    byte[] key = Base64.getDecoder().decode("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=");
    byte[] text = Signatures.utf8("我是中文abcd123");
    byte[] frame =
        Signatures.concat(
            Signatures.utf8("aaaabbbbccccdddd"),
            new byte[] {0, 0, 0, (byte) text.length},
            text,
            Signatures.utf8("wxb11529c136998cb6"));
    assertEquals(
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
        Base64.getEncoder().encodeToString(AesCbc.encrypt(key, Arrays.copyOf(key, 16), frame, 32)));
  }

  /** DingTalk-Callback-Crypto. */
  @Test
  void dingtalkCallbackIsVerifiedAndDecrypted() {
    String encrypted =
        "X1VSe9cTJUMZu60d3kyLYTrBq5578ZRJtteU94wG0Q4Uk6E/wQYeJRIC0/UFW5Wkya1Ihz9oXAdLlyC9TRaqsQ==";
    assertEquals(
        "f36f4ba5337d426c7d4bca0dbcb06b3ddc1388fc",
        sortedSha1("tokenxxxx", "1605695694141", "WelUQl6bCqcBa2fM", encrypted));
    byte[] plain =
        decrypt(
            Base64.getDecoder().decode("o1w0aum42yaptlz8alnhwikjd3jenzt9cb9wmzptgus="), encrypted);
    assertEquals(
        "success", new String(plain, 20, plain[19], java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void paddingIsCheckedInFull() {
    byte[] key = new byte[32];
    byte[] iv = new byte[16];
    byte[] sealed = AesCbc.encrypt(key, iv, Signatures.utf8("hello"), 16);
    assertArrayEquals(Signatures.utf8("hello"), AesCbc.decrypt(key, iv, sealed, 16).orElseThrow());
    // Bits of the IV flip the same bits of the first block: each of the 11 padding bytes counts.
    for (int i = 5; i < 16; i++) {
      byte[] altered = iv.clone();
      altered[i] ^= 0x40;
      assertTrue(AesCbc.decrypt(key, altered, sealed, 16).isEmpty(), "padding byte " + i);
    }
    assertTrue(AesCbc.decrypt(key, iv, new byte[0], 16).isEmpty());
    assertTrue(AesCbc.decrypt(key, iv, new byte[15], 16).isEmpty());
  }

  private static byte[] decrypt(byte[] key, String base64) {
    return AesCbc.decrypt(key, Arrays.copyOf(key, 16), Base64.getDecoder().decode(base64), 32)
        .orElseThrow();
  }

  private static String sortedSha1(String... parts) {
    return Signatures.sha1Hex(
        Signatures.utf8(Stream.of(parts).sorted().collect(Collectors.joining())));
  }

  private static byte[] hex(String text) {
    return Signatures.hex(text).orElseThrow();
  }
}
