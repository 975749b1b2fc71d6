/** Counts what goes over the socket. */
export class Traffic {
  framesIn = 0;
  framesOut = 0;
  bytesIn = 0;
  bytesOut = 0;

  /** A WebSocket class for `connect`, whose sockets are counted here. */
  get WebSocket() {
    const traffic = this;
    return class extends WebSocket {
      constructor(...details) {
        super(...details);
        this.addEventListener('message', ({ data }) => {
          traffic.framesIn += 1;
          traffic.bytesIn += data.byteLength;
        });
      }

      send(data) {
        traffic.framesOut += 1;
        traffic.bytesOut += data.byteLength;
        super.send(data);
      }
    };
  }
}
