package presence.fault;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import presence.proto.Member;
import presence.proto.Position;

/** Compares the rosters and cursors of clients with the expected state. */
final class Comparison {
    private Comparison() {}

    static List<String> ofRosters(List<Person> people, Visibility sight) {
        List<String> differences = new ArrayList<>();
        for (Person person : people) {
            if (person.board != null && !person.isSettled() && !person.vanished) {
                differences.add(person + " is still connecting to " + person.board + " on " + person.place);
            }
        }
        for (Person viewer : people) {
            if (viewer.isSettled() && sight.isJudged(viewer.place)) {
                compare(viewer, expected(people, viewer, sight), differences);
            }
        }
        return differences;
    }

    private static Map<ByteString, Person> expected(List<Person> people, Person viewer, Visibility sight) {
        Map<ByteString, Person> expected = new HashMap<>();
        for (Person person : people) {
            boolean isThere = person.isSettled() || person.vanished;
            if (isThere
                    && String.valueOf(person.board).equals(viewer.board)
                    && sight.reaches(viewer.place, person.place)) {
                expected.put(person.memberId, person);
            }
        }
        return expected;
    }

    private static void compare(Person viewer, Map<ByteString, Person> expected, List<String> differences) {
        String where = viewer + " on " + viewer.place + " at " + viewer.board + ": ";
        if (viewer.current().closeCode() >= 0) {
            differences.add(where + "was cut off");
            return;
        }
        int there = expected.size();
        List<Member> members = viewer.current().members();
        for (Member member : members) {
            String name = member.getProfile().getName();
            Person person = expected.remove(member.getMemberId());
            if (person == null) {
                differences.add(where + "ghost " + name);
            } else if (!name.equals(person.name)) {
                differences.add(where + name + " instead of " + person);
            } else if (!member.getStateMap().equals(person.state)) {
                differences.add(where + "state of " + name + " is " + text(member.getStateMap()) + " instead of "
                        + text(person.state));
            } else if (member.getStatus() != person.status) {
                differences.add(where + name + " is " + member.getStatus() + " instead of " + person.status);
            }
        }
        if (viewer.rosterLimit > 0) {
            // It is told others only when they move, but so many at least.
            int least = Math.min(viewer.rosterLimit, there);
            if (members.size() < least) {
                differences.add(where + "knows " + members.size() + " members instead of " + least);
            }
            return;
        }
        expected.values().forEach(person -> differences.add(where + "misses " + person + " of " + person.place));
    }

    private static String text(Map<String, ByteString> state) {
        Map<String, String> text = new HashMap<>();
        state.forEach((name, value) -> text.put(name, value.toStringUtf8()));
        return text.toString();
    }

    private static boolean knows(Person viewer, Person person) {
        return viewer.rosterLimit == 0 || viewer.current().member(person.name) != null;
    }

    static List<String> ofCursors(List<Person> people) {
        List<String> differences = new ArrayList<>();
        for (Person viewer : people) {
            for (Person person : people) {
                // The own cursor may be echoed or not.
                if (viewer != person
                        && viewer.isSettled()
                        && person.isSettled()
                        && person.hasPointed
                        && knows(viewer, person)
                        && String.valueOf(person.board).equals(viewer.board)) {
                    Position seen = viewer.current().cursorOf(person.name);
                    if (seen == null || seen.getX() != person.x || seen.getY() != person.y) {
                        String at = seen == null ? "nowhere" : seen.getX() + "," + seen.getY();
                        differences.add(viewer + " on " + viewer.place + " sees the cursor of " + person + " of "
                                + person.place + " at " + at + " instead of " + person.x + "," + person.y);
                    }
                }
            }
        }
        return differences;
    }
}
