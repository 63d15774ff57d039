namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>The states of the upper layer protocol machine (PS3.8 tables 9-1 to 9-5).</summary>
internal enum State : byte
{
    /// <summary>Idle: no connection.</summary>
    Sta1 = 1,

    /// <summary>Connection open, waiting for A-ASSOCIATE-RQ; ARTIM runs.</summary>
    Sta2,

    /// <summary>Request handed over, waiting for the local user to accept or reject.</summary>
    Sta3,

    /// <summary>Waiting for our own transport connect.</summary>
    Sta4,

    /// <summary>A-ASSOCIATE-RQ sent, waiting for AC or RJ.</summary>
    Sta5,

    /// <summary>Established: data transfer.</summary>
    Sta6,

    /// <summary>A-RELEASE-RQ sent, waiting for A-RELEASE-RP.</summary>
    Sta7,

    /// <summary>A-RELEASE-RQ received, waiting for the local user's answer; data may still be sent.</summary>
    Sta8,

    /// <summary>Release collision, association requestor: waiting for the local user's answer.</summary>
    Sta9,

    /// <summary>Release collision, association acceptor: waiting for the peer's A-RELEASE-RP.</summary>
    Sta10,

    /// <summary>Release collision, association requestor: own A-RELEASE-RP sent, waiting for the peer's.</summary>
    Sta11,

    /// <summary>Release collision, association acceptor: A-RELEASE-RP received, waiting for the local user's answer.</summary>
    Sta12,

    /// <summary>Association over, waiting for the transport to close; ARTIM runs.</summary>
    Sta13,
}
