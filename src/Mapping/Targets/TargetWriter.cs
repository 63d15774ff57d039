using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes the result of one rule.</summary>
internal abstract class TargetWriter
{
    /// <summary>The type that the rule's expression is asked for; null = whatever it gives is converted here.</summary>
    public virtual MapType? Wish => null;

    /// <summary>Whether null takes away what is shown; in a command or a variable it does not.</summary>
    public virtual bool Deletes => false;

    /// <summary>The worklist attribute that it writes, or writes into; null for other targets.</summary>
    public virtual Tag? Attribute => null;

    /// <summary>Writes a value, or removes for null. Absent values never come here.</summary>
    public abstract void Write(EvalContext context, in MapValue value);

    /// <summary>The <c>empty</c> of <c>on empty</c>: zero length in DICOM, nothing elsewhere.</summary>
    public virtual void WriteEmpty(EvalContext context)
    {
    }

    /// <summary>Shown in explain: <c>0008,0050 AccessionNumber</c>.</summary>
    public abstract string Name { get; }

    protected static bool IsNull(in MapValue value) => value.State == ValueState.Null;
}

/// <summary>Sets a variable of the run.</summary>
internal sealed class VariableWriter(string name, RunLevel level, int slot) : TargetWriter
{
    public override string Name => "$" + name;

    public override void Write(EvalContext context, in MapValue value) => context.Variable(level, slot) = value;
}
