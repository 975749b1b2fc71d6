package presence.session;

/** How much a client may send per second; 0 = as much as it likes. */
public record ClientRates(int frames, int bytes, int joins, int signals, int states) {}
