package dev.weir.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.loader.LoadedChannel;
import dev.weir.loader.LoadedPlugin;
import dev.weir.loader.Manifest;
import dev.weir.loader.PluginFile;
import dev.weir.loader.PluginLoader;
import dev.weir.loader.PluginRefused;
import dev.weir.loader.PluginSigner;
import dev.weir.loader.Refusal;
import dev.weir.spi.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built jar, through the host's real loader: what no test of classes sees. The channel parent
 * runs classes named {@code *PackagedIT} after the jar is built and names it in {@code
 * weir.plugin.jar}.
 */
public abstract class PackagedPluginContract {

  /** Where the system property names the built jar. */
  public static final String JAR = "weir.plugin.jar";

  /** Settings with which the channel opens; secrets need not be real. */
  protected abstract TestContext.Builder world();

  @Test
  public final void builtJarIsLoadedAndOpensWithTheFacetsOfItsManifest(@TempDir Path folder)
      throws IOException {
    PluginSigner.Keys keys = PluginSigner.generate();
    Path jar = signedCopy(folder, keys);
    PluginFile file = new PluginFile(jar, Optional.of(PluginSigner.sha512(jar)), Optional.empty());
    try (TestContext context = world().build();
        LoadedPlugin plugin = new PluginLoader(List.of(keys.publicKey())).load(file);
        LoadedChannel channel = plugin.open(context)) {
      Manifest onClassPath = context.manifest();
      assertEquals(onClassPath, plugin.manifest());
      assertEquals(onClassPath.capabilities(), Capability.of(channel));
    }
  }

  @Test
  public final void jarThatIsChangedAfterSigningIsRefused(@TempDir Path folder) throws IOException {
    PluginSigner.Keys keys = PluginSigner.generate();
    Path jar = signedCopy(folder, keys);
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    PluginLoader loader = new PluginLoader(List.of(keys.publicKey()));
    try {
      loader.load(PluginFile.of(jar)).close();
      throw new AssertionError("a changed jar was loaded");
    } catch (PluginRefused e) {
      assertEquals(Refusal.SIGNATURE_WRONG, e.refusal());
    }
  }

  private static Path signedCopy(Path folder, PluginSigner.Keys keys) throws IOException {
    String built = System.getProperty(JAR, "");
    assertTrue(!built.isEmpty() && Files.isRegularFile(Path.of(built)), JAR + "=" + built);
    Path copy = Files.copy(Path.of(built), folder.resolve("plugin.jar"));
    PluginSigner.sign(copy, keys.privateKey());
    return copy;
  }
}
