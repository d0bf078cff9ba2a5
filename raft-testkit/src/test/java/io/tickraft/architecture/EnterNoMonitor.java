package io.tickraft.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * No method holds a {@code synchronized} block. ArchUnit does not see them, so the bytecode is
 * read.
 */
final class EnterNoMonitor extends ArchCondition<JavaClass> {
  EnterNoMonitor() {
    super("enter no monitor");
  }

  @Override
  public void check(JavaClass checked, ConditionEvents events) {
    try (InputStream in = checked.getSource().orElseThrow().getUri().toURL().openStream()) {
      new ClassReader(in).accept(new Methods(checked, events), ClassReader.SKIP_DEBUG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Methods extends ClassVisitor {
    private final JavaClass checked;
    private final ConditionEvents events;

    Methods(JavaClass checked, ConditionEvents events) {
      super(Opcodes.ASM9);
      this.checked = checked;
      this.events = events;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.MONITORENTER) {
            events.add(
                SimpleConditionEvent.violated(
                    checked, checked.getName() + "." + name + " enters a monitor"));
          }
        }
      };
    }
  }
}
