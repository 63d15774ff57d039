using System.Text;
using CloudPacs.Dicom;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>How attributes of rows are stored, read and shared.</summary>
public class AttributesTests
{
    private static readonly DataSet Sample = new DataSet()
        .Set(Tags.PatientName, "山田^太郎").Set(Tags.PatientId, "MRN1").SetEmpty(Tags.PatientBirthDate)
        .SetSequence(Tags.OtherPatientIdsSequence, new DataSet().Set(Tags.PatientId, "Ü1"));

    [Fact]
    public void What_is_stored_is_wire_form_in_UTF_8_without_a_character_set_and_reads_as_it_was()
    {
        var wire = Attributes.Encode(Sample);

        Assert.Equal([0x10, 0x00, 0x10, 0x00, (byte)'P', (byte)'N'], wire.Span[..6].ToArray());
        Assert.True(wire.Span.IndexOf("山田^太郎"u8) > 0);
        var read = Attributes.Read(new StoredAttributes(wire));
        Assert.True(read.IsSameAs(Sample));
        Assert.False(read.Contains(Tags.SpecificCharacterSet));
    }

    [Fact]
    public void Nothing_takes_no_bytes()
    {
        Assert.True(Attributes.Encode(new DataSet()).IsEmpty);
        Assert.Equal(0, Attributes.Read(StoredAttributes.None).Count);
        Assert.True(Attributes.Wire(StoredAttributes.None).IsEmpty);
    }

    [Fact]
    public void DICOM_JSON_of_former_versions_reads_the_same_and_becomes_wire_form()
    {
        var stored = new StoredAttributes(DicomJson.ToUtf8Bytes(Sample));

        var wire = Attributes.Wire(stored);

        Assert.Equal(Attributes.Encode(Sample).ToArray(), wire.ToArray());
        Assert.Equal(wire, stored.Bytes);
        Assert.True(Attributes.Read(stored).IsSameAs(Sample));
        Assert.Null(Attributes.Renew(stored, Sample.Copy()));
    }

    [Theory]
    [InlineData("{\"00100010\":{\"vr\":\"PN\"")]
    [InlineData("[]")]
    [InlineData("no data set at all")]
    public void Damaged_bytes_are_told(string bytes)
    {
        var stored = new StoredAttributes(Encoding.UTF8.GetBytes(bytes));

        Assert.StartsWith("Stored attributes cannot be read: ", Assert.Throws<InvalidDataException>(() => Attributes.Read(stored)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wire_form_that_was_cut_is_told()
    {
        var wire = Attributes.Encode(Sample);

        Assert.Throws<InvalidDataException>(() => Attributes.Read(new StoredAttributes(wire[..^3])));
    }

    [Fact]
    public void Stored_bytes_are_read_once_and_new_ones_written_once()
    {
        var loaded = new StoredAttributes(Attributes.Encode(Sample));
        Assert.Same(Attributes.Read(loaded), Attributes.Read(loaded));

        var renewed = Attributes.Renew(loaded, Attributes.Copy(loaded).Set(Tags.PatientSex, "M"))!;

        Assert.Equal(renewed.Bytes, renewed.Bytes);
        Assert.Equal("M", Attributes.Read(renewed).GetString(Tags.PatientSex));
        Assert.Null(Attributes.Renew(renewed, Attributes.Copy(renewed).Set(Tags.PatientSex, "M")));
    }

    [Fact]
    public void Whoever_reads_a_row_cannot_change_it_and_a_copy_is_its_own()
    {
        var stored = new StoredAttributes(Attributes.Encode(Sample));

        Assert.Throws<InvalidOperationException>(() => Attributes.Read(stored).Set(Tags.PatientSex, "M"));
        Assert.Throws<InvalidOperationException>(() => Attributes.Read(stored).Remove(Tags.PatientId));
        Assert.Throws<InvalidOperationException>(() => Attributes.Read(stored).GetItems(Tags.OtherPatientIdsSequence)[0].Set(Tags.PatientId, "2"));
        var copy = Attributes.Copy(stored).Set(Tags.PatientSex, "M");
        Assert.True(copy.Contains(Tags.PatientSex));
        Assert.False(Attributes.Read(stored).Contains(Tags.PatientSex));
    }

    [Fact]
    public void A_change_that_is_taken_back_takes_back_what_is_read_and_what_is_stored()
    {
        var workspace = new Workspace(IdSource.Counting());
        var patient = workspace.AddPatient(new Identifier("MRN1"));
        patient.Attributes = Attributes.Renew(patient.Attributes, Sample.Copy())!;
        var before = patient.Attributes.Bytes;

        using (workspace.Begin())
        {
            var same = workspace.Patient(patient.Id)!;
            same.Attributes = Attributes.Renew(same.Attributes, Attributes.Copy(same.Attributes).Set(Tags.PatientName, "OTHER^NAME"))!;
            Assert.Equal("OTHER^NAME", Attributes.Read(patient.Attributes).GetString(Tags.PatientName));
        }

        Assert.Equal("山田^太郎", Attributes.Read(patient.Attributes).GetString(Tags.PatientName));
        Assert.Equal(before, patient.Attributes.Bytes);
    }

    [Fact]
    public void Rows_that_took_the_same_details_do_not_share_what_can_be_changed()
    {
        var hospital = new Hospital();
        var patient = Hospital.Patient();
        patient.Attributes.SetSequence(Tags.OtherPatientIdsSequence, new DataSet().Set(Tags.PatientId, "2"));
        new PatientCommands(hospital.Context, [new UpdatePatient { Patient = patient }]).Apply(hospital.Workspace);
        var row = Assert.Single(hospital.Workspace.Rows.OfType<PatientRow>());

        patient.Attributes.Set(Tags.PatientName, "LATER^NAME");

        Assert.Equal("SHARMA^RAHUL", Attributes.Read(row.Attributes).GetString(Tags.PatientName));
        Assert.Throws<InvalidOperationException>(() => Attributes.Read(row.Attributes).GetItems(Tags.OtherPatientIdsSequence)[0].Set(Tags.PatientId, "3"));
    }
}
