package dev.weir.loader;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where a channel may send requests: the hosts of its manifest by HTTPS, and scheme, host and port
 * of its URL settings. Inside one JVM this is a guard against mistakes, not against a hostile
 * plugin, which can open its own socket. Immutable.
 */
public final class Egress {

  private final Set<String> allowed;

  private Egress(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  public static Egress of(Manifest manifest, CheckedSettings settings) {
    Set<String> allowed = new HashSet<>();
    manifest.egress().forEach(host -> allowed.add("https://" + host.name() + ":" + host.port()));
    settings.urls().forEach(url -> allowed.add(origin(url)));
    return new Egress(allowed);
  }

  public boolean allows(URI uri) {
    return uri.getHost() != null
        && uri.getScheme() != null
        && uri.getRawUserInfo() == null
        && allowed.contains(origin(uri));
  }

  private static String origin(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int usual = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort() < 0 ? usual : uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String toString() {
    return String.join(", ", allowed);
  }
}
