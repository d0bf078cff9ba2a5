package io.tickraft.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The public and protected members of a class mention only some types. */
final class ShowOnly extends ArchCondition<JavaClass> {
  private final DescribedPredicate<? super JavaClass> shown;

  ShowOnly(DescribedPredicate<? super JavaClass> shown) {
    super("show only classes that " + shown.getDescription());
    this.shown = shown;
  }

  @Override
  public void check(JavaClass checked, ConditionEvents events) {
    for (JavaMember member : checked.getMembers()) {
      if (member.getModifiers().contains(JavaModifier.PUBLIC)
          || member.getModifiers().contains(JavaModifier.PROTECTED)) {
        for (JavaClass type : member.getAllInvolvedRawTypes()) {
          if (!shown.test(type)) {
            events.add(
                SimpleConditionEvent.violated(
                    member, member.getFullName() + " shows " + type.getName()));
          }
        }
      }
    }
  }
}
