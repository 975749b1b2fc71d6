package presence.bench.attack;

import java.util.List;
import presence.bench.process.CannotMeasureException;

/** The list of all attacks. */
final class Attacks {
    private Attacks() {}

    static List<Attack> all() {
        return List.of(
                new SilentAttack(),
                new SlowHandshakeAttack(),
                new OneAddressAttack(),
                new EndlessHeaderAttack(),
                new GarbageAttack(),
                new HttpAttack(true),
                new HttpAttack(false),
                new ExpectAttack(),
                new OpsFloodAttack(true),
                new OpsFloodAttack(false),
                new ConnectCloseAttack(),
                new NeverJoinAttack(),
                new HalfFrameAttack(),
                new HeldFrameAttack(),
                new FragmentAttack(0),
                new FragmentAttack(1),
                new PingAttack(),
                new HeldAnswerAttack(),
                new CursorAttack(),
                new ByteAttack(),
                new JoinLeaveAttack(),
                new SignalAttack(),
                new LargeSignalAttack(),
                new SignalBurstAttack(),
                new LargeStateAttack(),
                new LargeJoinAttack(),
                new SmallPatchAttack(),
                new StatusAttack(),
                new UserChurnAttack(),
                new NewBoardsAttack(),
                new UnreadRosterAttack(),
                new StalledReaderAttack());
    }

    static List<String> names() {
        return all().stream().map(Attack::name).toList();
    }

    static Attack named(String name) {
        return all().stream()
                .filter(attack -> attack.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new CannotMeasureException("no attack is called " + name));
    }
}
