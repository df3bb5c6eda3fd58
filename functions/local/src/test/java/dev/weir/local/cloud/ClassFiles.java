package dev.weir.local.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.reflect.AccessFlag;
import java.util.Set;
import java.util.TreeSet;

/** Classes as files: what they hold, without running them. */
final class ClassFiles {

  private ClassFiles() {}

  /** The string constants of a class on the class path that start with a prefix. */
  static Set<String> constants(String className, String prefix) throws IOException {
    String file = "/" + className.replace('.', '/') + ".class";
    Set<String> found = new TreeSet<>();
    try (InputStream in = ClassFiles.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new AssertionError("class " + className + " is not on the class path");
      }
      ClassFile.of()
          .parse(in.readAllBytes())
          .constantPool()
          .forEach(entry -> {
            if (entry instanceof StringEntry text && text.stringValue().startsWith(prefix)) {
              found.add(text.stringValue());
            }
          });
    }
    return found;
  }

  /** Whether Lambda can make one: a public class with a public constructor without arguments. */
  static boolean canBeMade(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    return model.flags().has(AccessFlag.PUBLIC)
        && !model.flags().has(AccessFlag.ABSTRACT)
        && model.methods().stream()
            .anyMatch(m ->
                m.methodName().equalsString("<init>")
                    && m.methodType().equalsString("()V")
                    && m.flags().has(AccessFlag.PUBLIC));
  }
}
