using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class WorkspaceTests
{
    private static readonly Identifier Mrn = new("4711", "HOSP");
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 9, 30, 0, TimeSpan.Zero);
    private readonly Workspace _workspace = new(IdSource.Counting());

    [Fact]
    public void A_row_is_found_by_a_key_that_was_set_a_moment_ago()
    {
        var order = NewOrder();

        order.FillerNumber = new Identifier("F1", "RIS");

        Assert.Same(order, Assert.Single(_workspace.FindByFiller(new Identifier("F1", "RIS"))));
        Assert.Empty(_workspace.FindByFiller(new Identifier("F1", "OTHER")));
    }

    [Fact]
    public void What_a_message_changed_is_taken_back_unless_it_is_kept()
    {
        var order = NewOrder();
        var step = order.Procedures[0].Steps[0];
        _workspace.AcceptChanges();

        using (_workspace.Begin())
        {
            var held = Assert.Single(_workspace.FindByPlacer(new Identifier("P1", "HIS")));
            held.PlacerNumber = new Identifier("P2", "HIS");
            step.StepState = StepState.Canceled;
            step.Flags.Add("no-station");
            step.Touch();
            _workspace.AddStep(held.Procedures[0], "2", StepState.Scheduled, "CT", Start);
            _workspace.AddPatient(new Identifier("9", "HOSP"));
        }

        Assert.Same(order, Assert.Single(_workspace.FindByPlacer(new Identifier("P1", "HIS"))));
        Assert.Empty(_workspace.FindByPlacer(new Identifier("P2", "HIS")));
        Assert.Equal(StepState.Scheduled, step.StepState);
        Assert.Empty(step.Flags);
        Assert.Single(order.Procedures[0].Steps);
        Assert.Empty(_workspace.FindPatients(new Identifier("9", "HOSP")));
        Assert.Empty(_workspace.Changed);
    }

    [Fact]
    public void A_kept_message_stays_and_its_savepoint_tells_what_it_changed()
    {
        var first = NewOrder();
        List<Row> changed;

        using (var savepoint = _workspace.Begin())
        {
            var order = _workspace.Order(first.Id)!;
            order.Procedures[0].Steps[0].Touch();
            savepoint.Keep();
            changed = [.. savepoint.Changed];
        }

        Assert.Same(first.Procedures[0].Steps[0], Assert.Single(changed));
        Assert.Equal(RowState.New, first.State);
    }

    [Fact]
    public void An_inner_savepoint_may_fail_while_the_outer_one_is_kept()
    {
        using (var outer = _workspace.Begin())
        {
            var patient = _workspace.AddPatient(Mrn);
            using (_workspace.Begin())
            {
                _workspace.Patient(patient.Id)!.Active = false;
                _workspace.AddVisit(patient.Id, new Identifier("V1"), "planned");
            }

            outer.Keep();
        }

        Assert.True(Assert.Single(_workspace.FindPatients(Mrn)).Active);
        Assert.Null(_workspace.FindVisit(new Identifier("V1"), null));
    }

    [Fact]
    public void A_merged_patient_is_followed_to_the_last_survivor()
    {
        var first = _workspace.AddPatient(new Identifier("1", "HOSP"));
        var second = _workspace.AddPatient(new Identifier("2", "HOSP"));
        var third = _workspace.AddPatient(new Identifier("3", "HOSP"));
        (first.MergedInto, second.MergedInto) = (second.Id, third.Id);

        Assert.Same(third, Assert.Single(_workspace.FindPatients(new Identifier("1", "HOSP"))));
        Assert.Same(third, _workspace.Survivor(first.Id));
    }

    [Fact]
    public void A_patient_id_is_derived_from_its_identifier_until_that_id_is_taken()
    {
        var first = _workspace.AddPatient(Mrn);
        first.Identifiers.Clear();
        var second = _workspace.AddPatient(Mrn);

        Assert.Equal(Uuid5.Create(_workspace.InstallationNamespace, "Patient|HOSP|4711"), first.Id);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Same(second, Assert.Single(_workspace.FindPatients(Mrn)));
    }

    [Fact]
    public void A_repeated_message_is_known_and_a_reused_control_id_is_told_apart()
    {
        var identity = MessageIdentity.Of("APP", "FAC", "1", "content"u8.ToArray());
        var other = MessageIdentity.Of("APP", "FAC", "1", "other"u8.ToArray());
        using (var savepoint = _workspace.Begin())
        {
            _workspace.Remember(new AppliedMessage(identity, Guid.Empty, DateTimeOffset.UnixEpoch, "MSA"u8.ToArray()));
            savepoint.Keep();
        }

        Assert.NotNull(_workspace.FindApplied(identity));
        Assert.Null(_workspace.FindApplied(other));
        Assert.True(_workspace.IsControlIdReused(other));
        Assert.False(_workspace.IsControlIdReused(identity));
    }

    [Fact]
    public void A_resource_version_must_follow_the_current_one()
    {
        _workspace.PutFhir(Resource(1));

        using (_workspace.Begin()) _workspace.PutFhir(Resource(2));

        Assert.Equal(1, _workspace.FindFhir("Patient", "a")!.Version);
        Assert.Throws<InvalidOperationException>(() => _workspace.PutFhir(Resource(3)));
        Assert.Single(_workspace.FhirWrites);
    }

    [Fact]
    public void A_remembered_cancel_is_found_by_any_of_its_keys()
    {
        var cancel = new RememberedCancel(_workspace.NewId()) { PlacerNumber = new Identifier("P1", "HIS"), ReceivedAt = DateTimeOffset.UnixEpoch };
        _workspace.Add(cancel);

        Assert.Same(cancel, Assert.Single(_workspace.FindCancels(new Identifier("P1", "HIS"), new Identifier("F", "RIS"), null)));
        Assert.Empty(_workspace.FindCancels(new Identifier("P1", "ELSE"), null, null));
    }

    [Theory]
    [InlineData("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "2.25.329800735698586629295641978511506172918")]
    [InlineData("00000000-0000-0000-0000-000000000000", "2.25.0")]
    public void A_uuid_becomes_a_uid_of_its_decimal_value(string uuid, string uid) => Assert.Equal(uid, DerivedUids.Uid(Guid.Parse(uuid)));

    [Fact]
    public void A_name_based_uuid_is_that_of_RFC_4122()
    {
        var uuid = Uuid5.Create(Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8"), "1.2.3.4|ACC20260310001");

        Assert.Equal(Guid.Parse("9dbef9d0-6867-501c-9675-2c51bf0d963b"), uuid);
        Assert.Equal("2.25.209680398573113860225745563084707960379", DerivedUids.Uid(uuid));
    }

    private OrderRow NewOrder()
    {
        var patient = _workspace.AddPatient(Mrn);
        var order = _workspace.AddOrder(patient.Id, "his");
        order.PlacerNumber = new Identifier("P1", "HIS");
        var procedure = _workspace.AddProcedure(order, new Identifier("A1", "RIS"), "RP1", "1.2.3");
        _workspace.AddStep(procedure, "1", StepState.Scheduled, "CT", Start);
        return order;
    }

    private static FhirResourceRow Resource(int version) =>
        new() { Type = "Patient", Id = "a", Version = version, LastUpdated = DateTimeOffset.UnixEpoch, Content = "{}"u8.ToArray() };
}
