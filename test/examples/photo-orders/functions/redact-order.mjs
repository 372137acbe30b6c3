/** Keeps of an order what the catalogue may show. */
export async function handler({ product, customer }) {
  return { product, country: customer.country };
}
