package planted.roster;

import io.netty.channel.ChannelInboundHandlerAdapter;

class RosterThatHandlesChannels extends ChannelInboundHandlerAdapter {}
