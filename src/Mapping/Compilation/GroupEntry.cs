using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Targets;

namespace CloudPacs.Mapping.Compilation;

/// <summary>One order group, or one IPC of it, with what its run wrote.</summary>
internal sealed record GroupEntry(MappedGroup Group, int Index, Segment Ipc, Segment Tq1, MapOutput Output, MapValue[] Variables, int Patient);
