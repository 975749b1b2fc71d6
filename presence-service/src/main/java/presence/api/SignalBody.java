package presence.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import presence.model.MemberId;

/**
 * The body of a request that sends a signal.
 *
 * @param to members; empty = all others
 */
record SignalBody(String type, byte[] payload, List<MemberId> to) {
    static SignalBody of(ApiCall call, ApiLimits limits) throws ApiException {
        JsonFields body = call.body();
        body.expect(Set.of("type", "payload", "payload_base64", "to"));
        String type = body.textUpTo("type", limits.maxNameBytes());
        if (type.isEmpty()) {
            throw ApiException.invalid("bad_type", "a signal needs a type");
        }
        byte[] payload = body.bytes("payload", "payload_base64", limits.maxSignalBytes());
        List<MemberId> to = new ArrayList<>();
        for (String member : body.texts("to", ApiLimits.MAX_RECIPIENTS)) {
            to.add(ApiCall.member(member));
        }
        return new SignalBody(type, payload, to);
    }
}
