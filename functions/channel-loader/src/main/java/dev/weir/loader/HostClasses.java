package dev.weir.loader;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parent of every plugin's class loader: the JDK's platform classes and, of the host, the SPI
 * with PF4J's two marks and JSpecify's annotations. Nothing else of the host is found by name, and
 * none of its resources. This is tidiness, not security: reflection gets around it.
 */
final class HostClasses extends ClassLoader {

  private static final List<String> SHARED_PACKAGES = List.of("dev.weir.spi.", "org.jspecify.");
  private static final List<String> SHARED_CLASSES =
      List.of("org.pf4j.ExtensionPoint", "org.pf4j.Extension");

  private final @Nullable ClassLoader host;

  HostClasses() {
    super("weir-host-classes", ClassLoader.getPlatformClassLoader());
    this.host = HostClasses.class.getClassLoader();
  }

  /** Whether a class always comes from the host, even where a plugin brings its own. */
  static boolean areShared(String className) {
    return SHARED_CLASSES.contains(className)
        || SHARED_PACKAGES.stream().anyMatch(className::startsWith);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (!areShared(name)) {
      throw new ClassNotFoundException(name);
    }
    return Class.forName(name, false, host);
  }
}
