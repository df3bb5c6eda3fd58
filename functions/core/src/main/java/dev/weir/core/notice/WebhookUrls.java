package dev.weir.core.notice;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Which URLs may be told: HTTPS to the Internet, so that nobody makes Weir ask a machine behind it
 * (SSRF). Every address of the host is looked at, when a URL is set and again before each request;
 * redirects are never followed. The connection then uses the address that was looked at, as this
 * JVM keeps look-ups longer ({@code networkaddress.cache.ttl}, 30 s) than the step takes.
 * Immutable.
 */
public final class WebhookUrls {

  private static final int URL_MAX_CHARS = 1000;

  private final boolean loopback;

  private WebhookUrls(boolean loopback) {
    this.loopback = loopback;
  }

  /**
   * Those of a deployment: one that is itself on this machine's loopback address may tell it.
   *
   * @param publicUrl where the deployment is reached
   */
  public static WebhookUrls of(String publicUrl) {
    URI uri = parse(publicUrl);
    return new WebhookUrls("http".equals(uri.getScheme()) && isLoopback(uri.getHost()));
  }

  /**
   * Looks at a URL.
   *
   * @throws ProblemException 422 with what is wrong with it
   */
  public URI check(String url) {
    URI uri = parse(url);
    String host = uri.getHost();
    if (host == null || url.length() > URL_MAX_CHARS) {
      throw refused(url, "is not https://host[:port]/path of " + URL_MAX_CHARS + " characters");
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw refused(url, "has credentials or a fragment");
    }
    boolean here = loopback && isLoopback(host);
    if (!"https".equalsIgnoreCase(uri.getScheme())
        && !(here && "http".equalsIgnoreCase(uri.getScheme()))) {
      throw refused(url, "is not https");
    }
    for (InetAddress address : addresses(url, host)) {
      if (!isPublic(address) && !(here && address.isLoopbackAddress())) {
        throw refused(url, "is at " + address.getHostAddress() + ", which is not the Internet's");
      }
    }
    return uri;
  }

  private static InetAddress[] addresses(String url, String host) {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw refused(url, "has a host that has no address");
    }
  }

  private static boolean isLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  /** Neither this machine, nor its net, nor a cloud's metadata, nor kept for other purposes. */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] b = address.getAddress();
    int first = b[0] & 0xff;
    int second = b[1] & 0xff;
    return switch (address) {
      case Inet4Address _ ->
          first != 0
              && first < 240
              && !(first == 100 && second >= 64 && second < 128) // carriers' NAT
              && !(first == 192 && second == 0 && b[2] == 0)
              && !(first == 198 && (second == 18 || second == 19));
      // Only global unicast, and of it not what stands for an IPv4 address.
      case Inet6Address _ ->
          (first & 0xe0) == 0x20 && !(first == 0x20 && second == 0x02) && !teredo(b);
      default -> false;
    };
  }

  private static boolean teredo(byte[] b) {
    return b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0;
  }

  private static URI parse(String url) {
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw refused(url, "is no URL: " + e.getReason());
    }
  }

  private static ProblemException refused(String url, String why) {
    String shown = url.length() > 200 ? url.substring(0, 200) + "…" : url;
    return new ProblemException(Problem.invalid("URL \"" + shown + "\" " + why));
  }
}
