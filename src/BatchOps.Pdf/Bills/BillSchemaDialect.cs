namespace BatchOps.Pdf.Bills;

/// <summary>How a service wants the schema of an answer to be written.</summary>
public enum BillSchemaDialect
{
    /// <summary>OpenAI's strict mode: every object closed, every property required, what is missing is null.</summary>
    OpenAI,

    /// <summary>The subset that Gemini takes: no unions, nothing about other properties, what is missing is left out.</summary>
    Gemini,
}
