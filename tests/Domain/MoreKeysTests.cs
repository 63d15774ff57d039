using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Store;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>The history of a patient is loaded where a rule walks through it, and nowhere else.</summary>
public class MoreKeysTests
{
    private readonly Hospital _hospital = new();

    [Fact]
    public void An_order_asks_first_for_its_own_keys_only()
    {
        var keys = _hospital.Set(Hospital.Order(OrderRequest.Place, accession: "A1")).Keys(_hospital.Workspace.InstallationNamespace);

        Assert.Equal(["MRN1"], keys.PatientIds);
        Assert.Equal(["P1"], keys.PlacerNumbers);
        Assert.Equal(["A1"], keys.AccessionNumbers);
        Assert.Empty(keys.OrdersOfPatients);
    }

    [Fact]
    public void An_order_of_a_new_patient_or_of_a_known_one_who_is_the_same_needs_no_history()
    {
        var ofStranger = _hospital.Set(Hospital.Order(OrderRequest.Place)).MoreKeys(_hospital.Workspace);
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        var ofKnown = _hospital.Set(Hospital.Order(OrderRequest.Place, "P2")).MoreKeys(_hospital.Workspace);

        Assert.Null(ofStranger);
        Assert.Null(ofKnown);
    }

    [Fact]
    public void A_merge_brings_all_that_is_known_along_and_one_without_any_id_nothing()
    {
        var merge = new PatientCommands(_hospital.Context, [new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") }]).MoreKeys(_hospital.Workspace);
        var without = new PatientCommands(_hospital.Context, [new MergePatients { Patient = new PatientDetails() }]).MoreKeys(_hospital.Workspace);

        Assert.Equal(["MRN1", "MRN9"], merge!.RecordsOfPatients.Order());
        Assert.Equal(merge.OrdersOfPatients.Order(), merge.RecordsOfPatients.Order());
        Assert.Null(without);
    }

    [Fact]
    public void A_known_patient_with_another_name_brings_the_history_along()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        var renamed = Hospital.Patient(name: "SHARMA^RAVI");

        var ofOrder = new OrderCommands(_hospital.Context, [renamed], [Hospital.Order(OrderRequest.Place, "P2")]).MoreKeys(_hospital.Workspace);
        var ofPatient = new PatientCommands(_hospital.Context, [new UpdatePatient { Patient = renamed }]).MoreKeys(_hospital.Workspace);
        var booking = new BookAppointment { Patient = renamed, PlacerAppointmentId = new Identifier("S1") };
        var ofBooking = new AppointmentCommands(_hospital.Context, booking).MoreKeys(_hospital.Workspace);

        Assert.All([ofOrder, ofPatient, ofBooking], static keys => Assert.Equal(["MRN1"], keys!.OrdersOfPatients));
    }

    [Fact]
    public void So_does_a_parent_or_a_child()
    {
        _hospital.Give(Hospital.Order(OrderRequest.PlaceParent), Hospital.Order(OrderRequest.PlaceChild, "P2", parent: "P1"));

        var ofParent = _hospital.Set(Hospital.Order(OrderRequest.RequestCancel)).MoreKeys(_hospital.Workspace);
        var ofChild = _hospital.Set(Hospital.Order(OrderRequest.ReportCompleted, "P2")).MoreKeys(_hospital.Workspace);
        var ofNewChild = _hospital.Set(Hospital.Order(OrderRequest.Place, "P3", parent: "P1")).MoreKeys(_hospital.Workspace);

        Assert.All([ofParent, ofChild, ofNewChild], static keys => Assert.Equal(["MRN1"], keys!.OrdersOfPatients));
    }

    [Fact]
    public void A_merge_brings_the_histories_of_both()
    {
        var merge = new MergePatients { Patient = Hospital.Patient("MRN2", prior: "MRN1") };

        var keys = new PatientCommands(_hospital.Context, [merge]).MoreKeys(_hospital.Workspace);

        Assert.Equal(["MRN1", "MRN2"], keys!.OrdersOfPatients.Order());
    }

    [Theory]
    [InlineData(EntryEffects.None, false, false)]
    [InlineData(EntryEffects.Discharge, false, false)]
    [InlineData(EntryEffects.Discharge, true, true)]
    [InlineData(EntryEffects.Arrival, false, true)]
    [InlineData(EntryEffects.CanceledAdmission, false, true)]
    public void An_admission_does_when_it_moves_entries(EntryEffects effects, bool dischargeDeparts, bool isAsked)
    {
        _hospital.Policy = _hospital.Policy with { DischargeDeparts = dischargeDeparts };
        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient() });

        var keys = new PatientCommands(_hospital.Context, [new UpdatePatient { Patient = Hospital.Patient(), Effects = effects }]).MoreKeys(_hospital.Workspace);

        Assert.Equal(isAsked, keys is not null);
    }
}
