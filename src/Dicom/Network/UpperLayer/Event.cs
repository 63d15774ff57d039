namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>The events of the upper layer protocol machine (PS3.8 table 9-10).</summary>
internal enum Event : byte
{
    /// <summary>Local user: A-ASSOCIATE request.</summary>
    Evt1 = 1,

    /// <summary>Transport: our connect succeeded.</summary>
    Evt2,

    /// <summary>A-ASSOCIATE-AC received.</summary>
    Evt3,

    /// <summary>A-ASSOCIATE-RJ received.</summary>
    Evt4,

    /// <summary>Transport: incoming connection.</summary>
    Evt5,

    /// <summary>A-ASSOCIATE-RQ received.</summary>
    Evt6,

    /// <summary>Local user: accept.</summary>
    Evt7,

    /// <summary>Local user: reject.</summary>
    Evt8,

    /// <summary>Local user: P-DATA request.</summary>
    Evt9,

    /// <summary>P-DATA-TF received.</summary>
    Evt10,

    /// <summary>Local user: A-RELEASE request.</summary>
    Evt11,

    /// <summary>A-RELEASE-RQ received.</summary>
    Evt12,

    /// <summary>A-RELEASE-RP received.</summary>
    Evt13,

    /// <summary>Local user: A-RELEASE response.</summary>
    Evt14,

    /// <summary>Local user: A-ABORT request.</summary>
    Evt15,

    /// <summary>A-ABORT received.</summary>
    Evt16,

    /// <summary>Transport: connection closed or lost.</summary>
    Evt17,

    /// <summary>ARTIM expired.</summary>
    Evt18,

    /// <summary>Unrecognized or invalid PDU received.</summary>
    Evt19,
}
