using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;
using Xunit;

namespace CloudPacs.Mapping.Tests;

/// <summary>A small, faultless set of maps, and ways to load it with something changed.</summary>
internal static class MapFiles
{
    public static readonly MapEnvironment Environment =
        new("mercy", TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"), "https://pacs.test", Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8"));

    public static readonly DateTimeOffset ReceivedAt = DateTimeOffset.Parse("2026-03-10T08:30:20+05:30", null);

    public static readonly IReadOnlyDictionary<string, string> Good = new Dictionary<string, string>
    {
        ["base/tables/sex.csv"] = "from,to\nM,M\nF,F\nO,O\nA,O\nU,\n",
        ["base/tables/gender.csv"] = "from,to\nM,male\nF,female\n",
        ["base/tables/marital.csv"] = "from,to,system,display\nM,M,http://terminology.hl7.org/CodeSystem/v3-MaritalStatus,Married\n",
        ["base/tables/priority.ci.csv"] = "from,to\nS,STAT\nR,ROUTINE\n",
        ["base/patient.yaml"] = """
            map: patient@1
            per: patient
            vars: { institution: ~, limit: 3 }
            rules:
              - id: primary
                to: patient.primary
                from: PID-3 | cx
                on empty: error(101)
              - id: id
                to: mwl.PatientID
                from: PID-3.1
              - id: name
                to: mwl.PatientName
                from: PID-5[*] | pnGroups
              - id: sex
                to: mwl.PatientSex
                from: PID-8.1
                map: sex
                else: O
              - id: birth
                to: mwl.PatientBirthDate
                from: PID-7 | date
              - id: family
                set: $family
                from: PID-5.1
              - id: comment
                to: mwl.PatientComments
                when: exists(PID-5.2)
                from: $family + ' ' + PID-5.2
              - id: institution
                to: mwl.InstitutionName
                from: $sender.institution ?? MSH-4.1
              - id: allergies
                to: mwl.Allergies
                from: AL1[*]-3.2
              - id: fhir.gender
                to: Patient.gender
                from: PID-8.1
                map: gender
              - id: fhir.name
                to: Patient.name[]
                from: PID-5[*] | humanName
              - id: fhir.birth
                to: Patient.birthDate
                from: PID-7 | date
              - id: fhir.marital
                to: Patient.maritalStatus
                from: PID-16.1
                map: marital
              - id: fhir.identifier
                to: Patient.identifier[mrn]
                value: { type: v2-0203#MR, system: "= 'urn:oid:' + PID-3.4.2", value: = PID-3.1 }
            """,
        ["base/order.yaml"] = """
            map: order@1
            extends: [base/patient@1]
            per: group
            rules:
              - id: control
                to: order.control
                from: ORC-1 | upper
              - id: status
                to: order.status
                from: ORC-5 | upper
              - id: placer
                to: order.placerNumber
                from: ORC-2 | ei
              - id: accession.key
                to: order.accessionNumber
                from: (IPC-1 | ei) ?? (OBR-18 | ei)
              - id: uid.key
                to: procedure.studyInstanceUid
                from: IPC-3.1 ?? ZDS-1.1
              - id: rp.key
                to: procedure.id
                from: IPC-2.1 ?? OBR-19.1
              - id: step.key
                to: step.id
                from: IPC-4.1 ?? OBR-20.1
            """,
        ["base/procedure.yaml"] = """
            map: procedure@1
            extends: [base/order@1]
            per: procedure
            rules:
              - id: acc
                to: mwl.AccessionNumber
                from: IPC-1.1 ?? OBR-18.1
              - id: description
                to: mwl.RequestedProcedureDescription
                from: OBR-4.2
              - id: priority
                to: mwl.RequestedProcedurePriority
                from: OBR-5
                map: priority
              - id: fhir.status
                to: ServiceRequest.status
                from: $state.serviceRequestStatus
              - id: fhir.intent
                to: ServiceRequest.intent
                value: order
              - id: fhir.acc
                to: ServiceRequest.identifier[acsn]
                value: { type: v2-0203#ACSN, value: = $out.mwl.AccessionNumber }
            """,
        ["base/step.yaml"] = """
            map: step@1
            extends: [base/procedure@1]
            per: step
            rules:
              - id: modality
                to: mwl.ScheduledProcedureStepSequence/Modality
                from: IPC-5.1 ?? OBR-24
              - id: start.date
                to: mwl.ScheduledProcedureStepSequence/ScheduledProcedureStepStartDate
                from: TQ1-7 ?? OBR-36
              - id: start
                to: step.start
                from: TQ1-7 ?? OBR-36 | time
              - id: codes
                to: mwl.ScheduledProcedureStepSequence/ScheduledProtocolCodeSequence[]
                each: OBR-4 as c
                rules:
                  - id: code.value
                    to: .CodeValue
                    from: c.1
                  - id: code.scheme
                    to: .CodingSchemeDesignator
                    from: c.3
                  - id: code.meaning
                    to: .CodeMeaning
                    from: c.2
            """,
        ["sites/mercy/site.yaml"] = "site: mercy\nzone: Asia/Kolkata\n",
        ["sites/mercy/catalogue.csv"] = "code,modality,station\nCTCHEST,CT,CT1\n",
        ["senders/default.yaml"] = "sender: default\nextends: base/step@1\n",
        ["senders/his.yaml"] = """
            sender: his
            match: { MSH-3.1: HIS, MSH-4.1: MERCY }
            extends: base/step@1
            zone: Asia/Kolkata
            vars: { institution: Mercy }
            policy: { missingAccession: sequence, longId: reject }
            tables:
              priority+: { ASAP: HIGH }
            rules:
              acc: { from: 'IPC-1.1 ?? OBR-21.1 ?? OBR-18.1' }
              description: off
              after comment: [ { id: local, to: mwl.PatientState, from: ZPI-3.1 } ]
            """,
    };

    public const string Order = """
        MSH|^~\&|HIS|MERCY|CLOUDPACS|RAD|20260310083015+0530||ORM^O01|1|P|2.5.1|||||IND|UNICODE UTF-8
        PID|1||10006579^^^MERCY&1.2.3.4&ISO^MR||SHARMA^RAHUL^KUMAR^^MR||19800203|M||||||||M
        ORC|NW|PLC778^HIS|FIL9931^RIS||SC
        TQ1|1||||||20260310093000
        OBR|1|PLC778^HIS|FIL9931^RIS|CTCHEST^CT Chest^L|R|||||||||||||ACC1|RP1|SPS1||||CT
        """;

    public static (MapSet? Set, IReadOnlyList<MapDiagnostic> Diagnostics) Load(params (string File, string Text)[] changes)
    {
        var files = Good.ToDictionary();
        foreach (var (file, text) in changes) files[file] = text;
        return MapCatalog.Load(new MapSource("mercy", files), Environment);
    }

    /// <summary>A sender with only these rules, run at one level.</summary>
    public static SenderMap With(string per, string rules, string sender = "", (string File, string Text)[]? more = null)
    {
        var indented = string.Join('\n', rules.ReplaceLineEndings("\n").Split('\n').Select(line => "  " + line));
        var (set, diagnostics) = Load([("base/own.yaml", $"map: own@1\nper: {per}\nrules:\n{indented}\n"), ("senders/own.yaml", $"sender: own\nmatch: {{ MSH-3.1: OWN }}\nextends: [own@1]\n{sender}\n"), .. more ?? []]);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.IsError);
        return set!.Find("own")!;
    }

    public static Message Parse(string message)
    {
        Assert.True(Message.TryParse(System.Text.Encoding.UTF8.GetBytes(message.ReplaceLineEndings("\r") + "\r"), ParseOptions.Default, out var parsed, out _));
        return parsed;
    }

    public static MappedMessage Map(this SenderMap sender, string message) => sender.Map(Parse(message), MapContext.Preview(ReceivedAt));

    /// <summary>The maps that this repository ships.</summary>
    public static string Shipped
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "CloudPacs.sln"))) return Path.Combine(folder.FullName, "mappings");
            }

            throw new InvalidOperationException("The tests do not run inside the repository.");
        }
    }
}
