using static CloudPacs.Dicom.Network.UpperLayer.Act;
using static CloudPacs.Dicom.Network.UpperLayer.Event;

namespace CloudPacs.Dicom.Network.UpperLayer;

internal static partial class StateTable
{
    private const Act __ = None;

    // PS3.8 table 9-10: one row an event, one column a state (Sta1 to Sta13).
    private static (Event Event, Act[] Cells)[] Rows =>
    [
        //       Sta1 Sta2 Sta3 Sta4 Sta5 Sta6 Sta7 Sta8 Sta9 Sta10 Sta11 Sta12 Sta13
        (Evt1,  [AE1, __,  __,  __,  __,  __,  __,  __,  __,  __,   __,   __,   __]),
        (Evt2,  [__,  __,  __,  AE2, __,  __,  __,  __,  __,  __,   __,   __,   __]),
        (Evt3,  [__,  AA1, AA8, __,  AE3, AA8, AA8, AA8, AA8, AA8,  AA8,  AA8,  AA6]),
        (Evt4,  [__,  AA1, AA8, __,  AE4, AA8, AA8, AA8, AA8, AA8,  AA8,  AA8,  AA6]),
        (Evt5,  [AE5, __,  __,  __,  __,  __,  __,  __,  __,  __,   __,   __,   __]),
        (Evt6,  [__,  AE6, AA8, __,  AA8, AA8, AA8, AA8, AA8, AA8,  AA8,  AA8,  AA7]),
        (Evt7,  [__,  __,  AE7, __,  __,  __,  __,  __,  __,  __,   __,   __,   __]),
        (Evt8,  [__,  __,  AE8, __,  __,  __,  __,  __,  __,  __,   __,   __,   __]),
        (Evt9,  [__,  __,  __,  __,  __,  DT1, __,  AR7, __,  __,   __,   __,   __]),
        (Evt10, [__,  AA1, AA8, __,  AA8, DT2, AR6, AA8, AA8, AA8,  AA8,  AA8,  AA6]),
        (Evt11, [__,  __,  __,  __,  __,  AR1, __,  __,  __,  __,   __,   __,   __]),
        (Evt12, [__,  AA1, AA8, __,  AA8, AR2, AR8, AA8, AA8, AA8,  AA8,  AA8,  AA6]),
        (Evt13, [__,  AA1, AA8, __,  AA8, AA8, AR3, AA8, AA8, AR10, AR3,  AA8,  AA6]),
        (Evt14, [__,  __,  __,  __,  __,  __,  __,  AR4, AR9, __,   __,   AR4,  __]),
        (Evt15, [__,  __,  AA1, AA2, AA1, AA1, AA1, AA1, AA1, AA1,  AA1,  AA1,  __]),
        (Evt16, [__,  AA2, AA3, __,  AA3, AA3, AA3, AA3, AA3, AA3,  AA3,  AA3,  AA2]),
        (Evt17, [__,  AA5, AA4, AA4, AA4, AA4, AA4, AA4, AA4, AA4,  AA4,  AA4,  AR5]),
        (Evt18, [__,  AA2, __,  __,  __,  __,  __,  __,  __,  __,   __,   __,   AA2]),
        (Evt19, [__,  AA1, AA8, __,  AA8, AA8, AA8, AA8, AA8, AA8,  AA8,  AA8,  AA7]),
    ];
}
