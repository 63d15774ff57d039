using CloudPacs.Dicom.Network.UpperLayer;
using Xunit;

namespace CloudPacs.Protocols.Tests.Dicom.Network;

public sealed class StateTableTests
{
    // PS3.8 table 9-10, copied apart from the program: one line an event, one column a state.
    private const string Standard = """
        Evt1   AE-1  -     -     -     -     -     -     -     -     -     -     -     -
        Evt2   -     -     -     AE-2  -     -     -     -     -     -     -     -     -
        Evt3   -     AA-1  AA-8  -     AE-3  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
        Evt4   -     AA-1  AA-8  -     AE-4  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
        Evt5   AE-5  -     -     -     -     -     -     -     -     -     -     -     -
        Evt6   -     AE-6  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
        Evt7   -     -     AE-7  -     -     -     -     -     -     -     -     -     -
        Evt8   -     -     AE-8  -     -     -     -     -     -     -     -     -     -
        Evt9   -     -     -     -     -     DT-1  -     AR-7  -     -     -     -     -
        Evt10  -     AA-1  AA-8  -     AA-8  DT-2  AR-6  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
        Evt11  -     -     -     -     -     AR-1  -     -     -     -     -     -     -
        Evt12  -     AA-1  AA-8  -     AA-8  AR-2  AR-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-6
        Evt13  -     AA-1  AA-8  -     AA-8  AA-8  AR-3  AA-8  AA-8  AR-10 AR-3  AA-8  AA-6
        Evt14  -     -     -     -     -     -     -     AR-4  AR-9  -     -     AR-4  -
        Evt15  -     -     AA-1  AA-2  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  AA-1  -
        Evt16  -     AA-2  AA-3  -     AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-3  AA-2
        Evt17  -     AA-5  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AA-4  AR-5
        Evt18  -     AA-2  -     -     -     -     -     -     -     -     -     -     AA-2
        Evt19  -     AA-1  AA-8  -     AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-8  AA-7
        """;

    // PS3.8 tables 9-6 to 9-9: where each action ends. Two numbers: the requestor's and the acceptor's, or servable and not.
    private static readonly Dictionary<string, int> Ends = new()
    {
        ["AE-1"] = 4,
        ["AE-2"] = 5,
        ["AE-3"] = 6,
        ["AE-4"] = 1,
        ["AE-5"] = 2,
        ["AE-6"] = 3,
        ["AE-7"] = 6,
        ["AE-8"] = 13,
        ["DT-1"] = 6,
        ["DT-2"] = 6,
        ["AR-1"] = 7,
        ["AR-2"] = 8,
        ["AR-3"] = 1,
        ["AR-4"] = 13,
        ["AR-5"] = 1,
        ["AR-6"] = 7,
        ["AR-7"] = 8,
        ["AR-8"] = 9,
        ["AR-9"] = 11,
        ["AR-10"] = 12,
        ["AA-1"] = 13,
        ["AA-2"] = 1,
        ["AA-3"] = 1,
        ["AA-4"] = 1,
        ["AA-5"] = 1,
        ["AA-6"] = 13,
        ["AA-7"] = 13,
        ["AA-8"] = 13,
    };

    public static TheoryData<int, int, string> Pairs()
    {
        var pairs = new TheoryData<int, int, string>();
        foreach (var line in Standard.Split('\n', StringSplitOptions.TrimEntries))
        {
            var cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (var state = 1; state <= 13; state++) pairs.Add(state, int.Parse(cells[0][3..], null), cells[state]);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_pair_of_state_and_event_leads_where_the_standard_says(int state, int occurred, string cell)
    {
        var act = StateTable.Find((State)state, (Event)occurred);

        Assert.Equal(cell, act == Act.None ? "-" : $"{act.ToString()[..2]}-{act.ToString()[2..]}");
        if (act != Act.None) Assert.Equal(Ends[cell], (int)StateTable.Next(act, isRequestor: true));
    }

    [Fact]
    public void The_table_has_123_filled_cells_of_247()
    {
        var pairs = Pairs().Select(row => row.Data).ToList();

        Assert.Equal(247, pairs.Count);
        Assert.Equal(123, pairs.Count(pair => pair.Item3 != "-"));
    }

    [Fact]
    public void In_a_release_collision_the_acceptor_waits_for_the_requestors_answer() =>
        Assert.Equal(State.Sta10, StateTable.Next(Act.AR8, isRequestor: false));

    [Fact]
    public void A_request_of_an_unknown_protocol_version_ends_the_association() =>
        Assert.Equal(State.Sta13, StateTable.Next(Act.AE6, isRequestor: false, isServable: false));

    [Fact]
    public void An_empty_cell_has_no_next_state() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StateTable.Next(Act.None, isRequestor: true));
}
