/** What a field of a Salesforce object is described as, where nothing else is said. */
const field = {
  ...{ nillable: true, createable: true, updateable: true, defaultedOnCreate: false },
  ...{ filterable: true, sortable: true, length: 0, inlineHelpText: null },
  ...{ restrictedPicklist: false, picklistValues: [], referenceTo: [] },
}
const choice = (value: string, active = true) => ({ value, active, label: value })

/** A picklist whose values are all out of use. */
export const emptyPicklist = {
  ...{ ...field, name: 'Rating', label: 'Rating', type: 'picklist', restrictedPicklist: true },
  picklistValues: [choice('Hot', false)],
}

/** The reply to a describe request, as far as inputs are made of it. */
export const salesforceAccount = {
  name: 'Account',
  label: 'Account',
  fields: [
    {
      ...field,
      ...{ name: 'Id', label: 'Account ID', type: 'id', length: 18, nillable: false },
      ...{ createable: false, updateable: false, defaultedOnCreate: true },
    },
    { ...field, name: 'Name', label: 'Account Name', type: 'string', length: 255, nillable: false },
    {
      ...{ ...field, name: 'Rating', label: 'Rating', type: 'picklist' },
      picklistValues: [choice('Hot'), choice('Cold')],
    },
    {
      ...{ ...field, name: 'Tier__c', label: 'Tier', type: 'picklist', restrictedPicklist: true },
      picklistValues: [choice('Gold'), choice('Silver'), choice('Tin', false)],
      inlineHelpText: 'What was paid for',
    },
    { ...field, name: 'Employees', label: 'Employees', type: 'int' },
    { ...field, name: 'Description', label: 'Description', type: 'textarea', filterable: false },
    {
      ...{ ...field, name: 'OwnerId', label: 'Owner ID', type: 'reference', referenceTo: ['User'] },
      ...{ nillable: false, defaultedOnCreate: true },
    },
    {
      ...{ ...field, name: 'CreatedDate', label: 'Created Date', type: 'datetime' },
      ...{ nillable: false, createable: false, updateable: false },
    },
  ],
}

export const zendeskTicketFields = {
  ticket_fields: [
    { id: 1, type: 'subject', title: 'Subject', active: true },
    {
      ...{ id: 2, type: 'priority', title: 'Priority', active: true },
      system_field_options: [{ value: 'low' }, { value: 'high' }],
    },
    {
      ...{ id: 7, type: 'tagger', title: 'Colour', active: true },
      custom_field_options: [{ value: 'red' }, { value: 'blue' }],
    },
    { id: 8, type: 'checkbox', title: 'Done', active: true },
    { id: 9, type: 'text', title: 'Old', active: false },
  ],
}

export const airtableTables = {
  tables: [
    {
      ...{ id: 'tbl1', name: 'Tasks' },
      fields: [
        { name: 'Name', type: 'singleLineText' },
        {
          ...{ name: 'State', type: 'multipleSelects' },
          options: { choices: [{ name: 'Open' }, { name: 'Done' }] },
        },
        { name: 'Hours', type: 'number' },
      ],
    },
    { id: 'tbl2', name: 'People', fields: [{ name: 'Hours', type: 'singleLineText' }] },
  ],
}
