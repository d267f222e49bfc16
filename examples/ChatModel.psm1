# A call of a language model, as the runbooks make it.

<#
.SYNOPSIS
Asks a model one question. Returns the text of its answer in Content (an object when -AsJson is given), and in Tokens what
was billed.
#>
function Invoke-ChatModel {
    param(
        [Parameter(Mandatory)] [uri] $Service,
        [Parameter(Mandatory)] [string] $Model,
        [Parameter(Mandatory)] [string] $Prompt,
        [string] $ApiKey,
        [switch] $AsJson
    )

    # Ordered, so that equal questions are equal to the byte.
    $question = [ordered]@{ model = $Model; messages = @([ordered]@{ role = 'user'; content = $Prompt }) }
    if ($AsJson) { $question.response_format = @{ type = 'json_object' } }
    $request = @{
        Uri         = [uri]::new($Service, 'v1/chat/completions')
        Method      = 'Post'
        ContentType = 'application/json; charset=utf-8'
        Body        = $question | ConvertTo-Json -Depth 5 -Compress
    }
    if ($ApiKey) { $request.Headers = @{ Authorization = "Bearer $ApiKey" } }

    $answer = Invoke-RestMethod @request
    # Half an answer comes with status 200 as well.
    if ($answer.choices[0].finish_reason -ne 'stop') { throw [System.TimeoutException]::new("The model broke off: $($answer.choices[0].finish_reason).") }
    $text = $answer.choices[0].message.content
    [pscustomobject]@{ Content = $AsJson ? ($text | ConvertFrom-Json) : $text; Tokens = $answer.usage.total_tokens }
}

Export-ModuleMember -Function Invoke-ChatModel
