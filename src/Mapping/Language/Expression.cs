using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Language;

/// <summary>Syntax tree of the mapping language; offsets count characters from the start of the expression text.</summary>
internal abstract record Expression(int Offset);

internal sealed record LiteralExpression(int Offset, MapType Type, MapValue Value) : Expression(Offset);

internal sealed record ListExpression(int Offset, IReadOnlyList<Expression> Items) : Expression(Offset);

/// <summary>A function call; a piped value is the first argument.</summary>
internal sealed record CallExpression(int Offset, string Name, IReadOnlyList<Expression> Arguments) : Expression(Offset);

/// <summary>A bare name: an alias, or the name of a table, sequence or scheme where the function wants one.</summary>
internal sealed record NameExpression(int Offset, string Name) : Expression(Offset);

/// <summary><c>$x</c>, <c>$sender.zone</c>, <c>$out.mwl.AccessionNumber</c>, <c>$n</c>.</summary>
internal sealed record VariableExpression(int Offset, string Name, IReadOnlyList<string> Members) : Expression(Offset)
{
    public override string ToString() => Members.Count == 0 ? $"${Name}" : $"${Name}.{string.Join('.', Members)}";
}

internal enum PathScope { Default, Message, Group }

/// <summary>What a pick takes of several segments, repetitions or items: the first when there is none.</summary>
internal abstract record Pick(int Offset);

internal sealed record IndexPick(int Offset, int Index) : Pick(Offset);

internal sealed record LastPick(int Offset) : Pick(Offset);

internal sealed record AllPick(int Offset) : Pick(Offset);

internal sealed record FilterPick(int Offset, Expression Condition) : Pick(Offset);

/// <summary>Field, repetition, component and sub-component; 0 = not given.</summary>
internal sealed record FieldPart(int Offset, int Field, Pick? Pick, int Component, int SubComponent);

/// <summary><c>OBR-18.1</c>, <c>msg.OBX[.3.1='29463-7']-5</c>, <c>ZDS</c>.</summary>
internal sealed record PathExpression(int Offset, PathScope Scope, string Segment, Pick? SegmentPick, FieldPart? Field)
    : Expression(Offset);

/// <summary>A part of the item that <c>each</c> gave a name: <c>id.4.1</c>, or <c>al-3.2</c> when the item is a segment.</summary>
internal sealed record AliasExpression(int Offset, string Name, FieldPart? Field, int Component, int SubComponent) : Expression(Offset);

/// <summary><c>.4.1</c>: a part of the thing that a pick looks at.</summary>
internal sealed record RelativeExpression(int Offset, int First, int Second, int Third) : Expression(Offset);

/// <summary><c>.after</c>: name of the segment that the picked segment belongs to.</summary>
internal sealed record AfterExpression(int Offset) : Expression(Offset);

internal sealed record DicomStep(int Offset, string Name, Pick? Pick);

/// <summary><c>dcm.RequestAttributesSequence/ScheduledProcedureStepID</c>.</summary>
internal sealed record DicomExpression(int Offset, IReadOnlyList<DicomStep> Steps) : Expression(Offset);

internal enum Operator { Coalesce, Or, And, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, In, Matches, Join }

internal sealed record BinaryExpression(int Offset, Operator Operator, Expression Left, Expression Right) : Expression(Offset);

internal sealed record NotExpression(int Offset, Expression Operand) : Expression(Offset);

internal sealed record ChoiceExpression(int Offset, Expression Condition, Expression Then, Expression Else) : Expression(Offset);
