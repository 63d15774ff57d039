using System.Collections.Frozen;

namespace CloudPacs.Dicom.Network.UpperLayer;

/// <summary>
/// The upper layer protocol machine as data (PS3.8 table 9-10): which action a pair of state and event leads to, and where the action ends.
/// </summary>
internal static partial class StateTable
{
    private static readonly FrozenDictionary<(State, Event), Act> Table = (
        from row in Rows
        from column in row.Cells.Select((act, index) => (Act: act, State: (State)(index + 1)))
        where column.Act != Act.None
        select KeyValuePair.Create((column.State, row.Event), column.Act)).ToFrozenDictionary();

    /// <summary>The action of a cell; <see cref="Act.None"/> when the cell is empty.</summary>
    public static Act Find(State state, Event occurred) => Table.GetValueOrDefault((state, occurred));

    /// <summary>The state an action leads to (PS3.8 tables 9-6 to 9-9).</summary>
    /// <param name="act">The action taken.</param>
    /// <param name="isRequestor">Whether we asked for the association: decides who answers first when releases collide (AR-8).</param>
    /// <param name="isServable">Whether the request speaks a protocol version we know: otherwise AE-6 rejects it.</param>
    public static State Next(Act act, bool isRequestor, bool isServable = true) => act switch
    {
        Act.AE1 => State.Sta4,
        Act.AE2 => State.Sta5,
        Act.AE3 or Act.AE7 or Act.DT1 or Act.DT2 => State.Sta6,
        Act.AE5 => State.Sta2,
        Act.AE6 => isServable ? State.Sta3 : State.Sta13,
        Act.AR1 or Act.AR6 => State.Sta7,
        Act.AR2 or Act.AR7 => State.Sta8,
        Act.AR8 => isRequestor ? State.Sta9 : State.Sta10,
        Act.AR9 => State.Sta11,
        Act.AR10 => State.Sta12,
        Act.AE8 or Act.AR4 or Act.AA1 or Act.AA6 or Act.AA7 or Act.AA8 => State.Sta13,
        Act.AE4 or Act.AR3 or Act.AR5 or Act.AA2 or Act.AA3 or Act.AA4 or Act.AA5 => State.Sta1,
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "An empty cell has no next state."),
    };
}
