using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Orders from their placing to their end, seen by DCMTK: every query follows the acknowledgement at once.</summary>
public sealed class OrderLifeTests(SharedEngine shared) : IAsyncLifetime
{
    private TestedEngine _engine = null!;
    private HisSender _his = null!;

    public async ValueTask InitializeAsync()
    {
        _engine = await shared.GetAsync();
        _his = new HisSender(_engine.MllpPort);
    }

    public ValueTask DisposeAsync() => _his is null ? ValueTask.CompletedTask : _his.DisposeAsync();

    [Fact]
    public async Task A_changed_order_is_found_under_its_new_time_and_station_and_no_longer_under_the_old_ones()
    {
        var order = new OrderText("OL01", "OL-1", "CHANGE^CARL") { Start = "20261203090000", Station = "OL1A" };
        await _his.PlaceAsync(order);
        Assert.Equal("20261203090000", (await OneAsync("00080050=OL01", ">00400001=OL1A", ">00400002=20261203")).Start);

        await _his.PlaceAsync(order with { Control = "XO", Start = "20261204153000", Station = "OL1B" });

        Assert.Empty(await FindAsync("00080050=OL01", ">00400001=OL1A"));
        var changed = await OneAsync("00080050=OL01", ">00400001=OL1B", ">00400002=20261204");
        Assert.Equal(("20261204153000", order.StudyUid), (changed.Start, changed.StudyUid));
    }

    [Fact]
    public async Task A_cancelled_order_is_gone_and_can_still_be_asked_for_by_its_status()
    {
        var order = new OrderText("OL02", "OL-2", "CANCEL^CLARA");
        await _his.PlaceAsync(order);
        await OneAsync("00080050=OL02");

        await _his.PlaceAsync(order with { Control = "CA", Status = "CA" });

        Assert.Empty(await FindAsync("00080050=OL02"));
        Assert.Equal("CANCELED", (await OneAsync("00080050=OL02", ">00400020=CANCELED")).Status);
    }

    [Fact]
    public async Task A_held_order_is_gone_until_it_is_released()
    {
        var order = new OrderText("OL03", "OL-3", "HOLD^HENRY");
        await _his.PlaceAsync(order);

        await _his.PlaceAsync(order with { Control = "HD", Status = "HD" });
        Assert.Empty(await FindAsync("00080050=OL03"));

        await _his.PlaceAsync(order with { Control = "RL", Status = "SC" });
        Assert.Equal("SCHEDULED", (await OneAsync("00080050=OL03")).Status);
    }

    [Fact]
    public async Task A_replaced_order_gives_its_place_to_the_new_one()
    {
        var old = new OrderText("OL04", "OL-4", "REPLACE^RUTH");
        var replacement = old with { Accession = "OL05", Control = "RO", Procedure = "CTHEAD^CT Head^L" };
        await _his.PlaceAsync(old);

        await _his.PlaceAsync(old with { Control = "RP", Then = replacement });

        Assert.Equal(["OL05"], (await FindAsync("00100020=OL-4")).Select(entry => entry.Accession));
        Assert.Equal("CT Head", (await OneAsync("00080050=OL05"))["00321060"]);
    }

    [Theory]
    [InlineData("OL06", "DC", "DC", "DISCONTINUED")]
    [InlineData("OL07", "SC", "CM", "COMPLETED")]
    [InlineData("OL08", "OC", "", "CANCELED")]
    public async Task An_ended_order_is_gone(string accession, string control, string status, string state)
    {
        var order = new OrderText(accession, accession, "END^ERIC");
        await _his.PlaceAsync(order);

        await _his.PlaceAsync(order with { Control = control, Status = status });

        Assert.Empty(await FindAsync($"00080050={accession}"));
        Assert.Equal(accession, (await OneAsync($"00080050={accession}", $">00400020={state}")).Accession);
    }

    [Fact]
    public async Task A_started_order_stays_on_the_list_and_its_text_can_change_but_it_can_no_longer_be_cancelled()
    {
        var order = new OrderText("OL09", "OL-9", "START^STAN");
        await _his.PlaceAsync(order, order with { Control = "SC", Status = "IP" });
        Assert.Equal("STARTED", (await OneAsync("00080050=OL09")).Status);

        Assert.StartsWith("AE", await _his.SendAsync((order with { Control = "CA", Status = "CA" }).ToString()), StringComparison.Ordinal);
        Assert.Equal("STARTED", (await OneAsync("00080050=OL09")).Status);
    }

    [Fact]
    public async Task A_patient_update_shows_in_all_orders_of_the_patient()
    {
        var order = new OrderText("OL10", "OL-10", "BEFORE^BEA");
        await _his.PlaceAsync(order, order with { Accession = "OL11" });

        await _his.PlaceAsync((order with { Name = "AFTER^BEA" }).Event("A08"));

        Assert.Empty(await FindAsync("00100010=BEFORE*"));
        Assert.Equal(["OL10", "OL11"], (await FindAsync("00100010=AFTER^BEA")).Select(entry => entry.Accession).Order());
    }

    [Fact]
    public async Task Orders_of_merged_patients_are_found_under_the_surviving_one()
    {
        var survivor = new OrderText("OL12", "OL-12", "SURVIVE^SUE");
        var merged = new OrderText("OL13", "OL-13", "MERGED^MAY");
        await _his.PlaceAsync(survivor, merged);

        await _his.PlaceAsync(survivor.Event("A40", "MRG|OL-13^^^MERCY^MR\r"));

        Assert.Empty(await FindAsync("00100010=MERGED^MAY"));
        var found = await FindAsync("00100020=OL-12");
        Assert.Equal([("OL12", "SURVIVE^SUE"), ("OL13", "SURVIVE^SUE")], found.Select(entry => (entry.Accession, entry.Name)).Order());
    }

    [Fact]
    public async Task A_cancelled_order_that_is_ordered_again_is_back()
    {
        var order = new OrderText("OL14", "OL-14", "AGAIN^ADA");
        await _his.PlaceAsync(order, order with { Control = "CA", Status = "CA" });
        Assert.Empty(await FindAsync("00080050=OL14"));

        await _his.PlaceAsync(order with { Start = "20261205070000" });

        Assert.Equal("20261205070000", (await OneAsync("00080050=OL14")).Start);
    }

    [Fact]
    public async Task A_cancellation_that_overtakes_its_order_wins()
    {
        var order = new OrderText("OL15", "OL-15", "OVERTAKEN^OLE");
        await _his.PlaceAsync(order with { Control = "CA", Status = "CA" });

        await _his.PlaceAsync(order);

        Assert.Empty(await FindAsync("00080050=OL15"));
    }

    [Fact]
    public async Task A_message_that_comes_twice_is_answered_twice_and_applied_once()
    {
        var order = new OrderText("OL16", "OL-16", "TWICE^TOM");
        var text = order.ToString();
        await _his.PlaceAsync(text);
        await _his.PlaceAsync(order with { Control = "CA", Status = "CA" });

        await _his.PlaceAsync(text);

        Assert.Empty(await FindAsync("00080050=OL16"));
    }

    [Fact]
    public async Task An_order_without_a_modality_is_refused_with_the_place_of_the_fault_and_nothing_of_it_is_listed()
    {
        var answer = await _his.SendAsync(new OrderText("OL17", "OL-17", "FAULT^FAY") { Modality = "", Procedure = "XYZZY^Nothing known^L" }.ToString());

        Assert.StartsWith("AE", answer, StringComparison.Ordinal);
        Assert.Contains("\rERR|", answer, StringComparison.Ordinal);
        Assert.Contains("modality is missing", answer, StringComparison.Ordinal);
        Assert.Empty(await FindAsync("00080050=OL17"));
    }

    [Fact]
    public async Task A_registration_today_means_arrival_where_the_site_says_so()
    {
        var today = TimeZoneInfo.ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);
        var order = new OrderText("OL18", "OL-18", "ARRIVE^ANN") { Start = today + "235900" };
        await _his.PlaceAsync(order);

        await _his.PlaceAsync(order.Event("A04"));

        Assert.Equal("ARRIVED", (await OneAsync("00080050=OL18")).Status);
    }

    private Task<IReadOnlyList<FoundEntry>> FindAsync(params string[] keys) => Findscu.QueryAsync(_engine.DicomPort, keys);

    private async Task<FoundEntry> OneAsync(params string[] keys) => Assert.Single(await FindAsync(keys));
}
